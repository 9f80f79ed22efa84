"""What the worker is asked for, by name."""

READ_MAIL = "transfers.read_mail"
WRITE_MAIL = "transfers.write_mail"
TAKE_BACK = "transfers.take_back"
MAKE_EXPORT = "transfers.make_export"
