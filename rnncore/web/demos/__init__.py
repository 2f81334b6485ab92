"""The demos of the book, one file a chapter, one function a demo: controls, one call into the core, a figure."""
