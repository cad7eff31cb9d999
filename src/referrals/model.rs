//! What a referral is.

crate::words! {
    /// Where a referral stands.
    pub enum ReferralStatus {
        /// Waits for the partner.
        Offered = "offered",
        /// The partner has the case in reach.
        Accepted = "accepted",
        /// The partner gave it back, or declined.
        Returned = "returned",
        /// The organisation took it back.
        Withdrawn = "withdrawn",
    }
}
