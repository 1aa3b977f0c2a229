//! Contract, template and end-to-end tests.
