//! Incremental PixelCNN inference: every activation computed once.
