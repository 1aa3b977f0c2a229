//! The delivery system on one machine, and the command line.
