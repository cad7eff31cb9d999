//! What lies under a request: bytes, connections, crowds, certificates, and how the service ends.

mod binary;
mod overload;
mod raw;
mod slow;
mod stop;
mod tls;
mod wire;
