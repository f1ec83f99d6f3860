//! The instant messenger for the members of a community: HTTP, WebSocket, the web client
