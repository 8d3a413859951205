"""PLACE: PageImage -> LocatedPage -> RegisteredPage -> Snips. The only home of pixels."""
