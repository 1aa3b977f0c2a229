//! What every function needs at its start: typed environment, JSON logs, AWS clients.
