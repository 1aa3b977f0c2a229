//! Whole pipeline runs through the command line, as a person starts them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails, also in the functions that tests share")]

mod account;
mod asynchronous;
mod build_tools;
mod configurations;
mod denied;
mod empty_account;
mod interrupted;
mod released;
mod run;
mod smoke_command;
mod stacks;
