//! What an operation is.

crate::words! {
    /// Where an operation stands.
    pub enum OperationStatus {
        /// Being planned.
        Draft = "draft",
        /// Before an approver.
        Submitted = "submitted",
        /// May begin.
        Approved = "approved",
        /// Under way.
        InProgress = "in_progress",
        /// Ended.
        Completed = "completed",
        /// Sent back.
        Rejected = "rejected",
        /// Broken off.
        Aborted = "aborted",
    }
}

/// While an operation stands here, and only then, its members see its target, its plan and its people's cards.
pub const LIVE: [OperationStatus; 2] = [OperationStatus::Approved, OperationStatus::InProgress];
