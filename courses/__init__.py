"""What is taught: courses, media, questions. Never imports `learning`."""

import gc

# Half a million objects that a start makes are there to stay. At Python's usual 700 new ones the collector looks through them again and again;
# and requests leave few cycles behind.
gc.set_threshold(20_000, 20, 50)
