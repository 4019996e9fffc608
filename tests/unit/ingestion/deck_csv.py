"""One deck as CSV in the columns of `deck_files.PROFILE`."""

DECK = (
    b"Destination,CC,Codes,Price,Steps,From,To,Note\n"
    b"France,33,1-3;6,0.02,1/1,01/07/2026,,\nSpain,34,,0.03,60/60,01/07/2026,31/12/2026,\n"
    b"Nowhere,99,,,,01/07/2026,,Closed\n"
)
