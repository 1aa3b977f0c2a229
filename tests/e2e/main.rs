//! Whole pipeline runs through the command line, as a person starts them.

mod denied;
mod interrupted;
mod released;
mod run;
mod smoke_command;
