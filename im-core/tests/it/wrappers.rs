mod chain;
mod circuit_breaker;
mod guard;
mod throttle;
mod timeout;
