"""May this batch land? One Great Expectations suite per feed family, judged before the commit."""
