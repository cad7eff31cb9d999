//! What a proof is.

use crate::db::types::Time;

crate::words! {
    /// What somebody has shown to be who they are by.
    pub enum Factor {
        /// The password: something known.
        Password = "password",
        /// A code of an authenticator app: something held.
        Totp = "totp",
        /// A recovery code: something kept.
        RecoveryCode = "recovery_code",
    }
}

impl Factor {
    /// Whether it is one beside the password.
    pub const fn is_second(self) -> bool {
        match self {
            Self::Password => false,
            Self::Totp | Self::RecoveryCode => true,
        }
    }
}

/// How a session stands with its proof.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The last one, and when it was given (UTC).
    pub proof: Option<(Time, Factor)>,
    /// Whether the account has a second factor.
    pub has_factor: bool,
}
