//! The words of the outbox.

crate::words! {
    /// By which way something leaves.
    pub enum Medium {
        /// A signed POST to an address that an admin gave.
        Webhook = "webhook",
        /// An e-mail to a user.
        Email = "email",
    }
}

crate::words! {
    /// What became of a delivery.
    pub enum DeliveryStatus {
        /// Still to be sent, for the first time or again.
        Pending = "pending",
        /// Taken in by the other side.
        Delivered = "delivered",
        /// Given up; nothing is tried again.
        Abandoned = "abandoned",
    }
}
