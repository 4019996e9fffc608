-- One row per landed NRTRDE file.
with

landed as (
    {{ landed_roaming_files(source('nrtrde_in', 'batches')) }}
)

select * from landed
