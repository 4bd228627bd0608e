//! Trainers that expose steps, used by the command line and by the browser alike.
