-- One row per line of a field trace: nothing is taken as a copy of anything else.
with

landed as (
    select
        file_id,
        record_no,
        profile,
        measured_at,
        started_local,
        utc_offset_min,
        time_flag,
        technology,
        network_mode,
        cell_id,
        imsi_token,
        device_token,
        grid_latitude,
        grid_longitude,
        rsrp_dbm,
        rsrq_db,
        sinr_db,
        rscp_dbm,
        ecno_db,
        rssi_dbm,
        cqi,
        downlink_kbps,
        uplink_kbps,
        speed_kmh,
        extra
    from {{ source('field_trace', 'samples') }}
)

select * from landed
