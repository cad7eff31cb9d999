//! What kinds of messages there are: by the numbers of WeChat's database, by the names that exporters give them, and by
//! the words in brackets that the app shows in their place.

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Photo,
    Voice,
    Video,
    Sticker,
    Place,
    Card,
    Link,
    File,
    /// Messages of another chat, passed on as one.
    Record,
    Quote,
    Transfer,
    RedPacket,
    Call,
    /// The app's own line, which may say that a message was taken back.
    System,
    Unknown,
}

impl Kind {
    /// By the type in the database, and within it.
    pub(super) fn of_code(kind: &str, sub: &str) -> Self {
        match (kind.trim(), sub.trim()) {
            ("1", _) => Self::Text,
            ("3", _) => Self::Photo,
            ("34", _) => Self::Voice,
            ("42" | "66", _) => Self::Card,
            ("43" | "62", _) => Self::Video,
            ("47", _) | ("49", "8") => Self::Sticker,
            ("48", _) | ("49", "17") => Self::Place,
            ("49", "6" | "74") => Self::File,
            ("49", "19" | "24" | "40") => Self::Record,
            ("49", "57") => Self::Quote,
            ("49", "2000") => Self::Transfer,
            ("49", "2001") => Self::RedPacket,
            ("49", "62") | ("37" | "10000" | "10002" | "9999", _) => Self::System,
            ("49", _) => Self::Link,
            ("50" | "52" | "53", _) => Self::Call,
            _ => Self::Unknown,
        }
    }

    /// By the name that an exporter writes.
    pub(super) fn of_name(name: &str) -> Self {
        let name = name.trim().to_lowercase();
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::of_code(&name, "");
        }
        // The first that fits: the more telling words stand before those that they contain.
        let known = NAMES.iter().find(|(words, _)| words.iter().any(|word| name.contains(word)));
        known.map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// By what the app shows in brackets.
    pub(super) fn of_bracket(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let known = BRACKETS.iter().find(|(words, _)| words.contains(&word.as_str()));
        known.map(|(_, kind)| *kind)
    }

    /// What it is, in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Voice => "voice message",
            Self::Video => "video",
            Self::Sticker => "sticker",
            Self::Place => "location",
            Self::Card => "contact",
            Self::Link => "link",
            Self::File => "file",
            Self::Record => "forwarded chat record",
            Self::Transfer => "transfer",
            Self::RedPacket => "red packet",
            Self::Call => "call",
            Self::Text | Self::Quote | Self::System | Self::Unknown => "message",
        }
    }
}

const NAMES: &[(&[&str], Kind)] = &[
    (&["撤回", "系统", "系統", "system", "拍一拍", "recall", "邀请", "添加好友", "群公告"], Kind::System),
    (&["引用", "quote", "reply"], Kind::Quote),
    (&["文本", "文字", "text"], Kind::Text),
    (&["图片", "圖片", "image", "photo", "照片"], Kind::Photo),
    (&["通话", "通話", "call", "voip"], Kind::Call),
    (&["语音", "語音", "voice", "audio"], Kind::Voice),
    (&["合并转发", "聊天记录", "forward", "chat history"], Kind::Record),
    (&["视频号", "链接", "連結", "小程序", "音乐", "笔记", "link", "mini", "music"], Kind::Link),
    (&["视频", "影片", "video"], Kind::Video),
    (&["表情", "emoji", "sticker"], Kind::Sticker),
    (&["位置", "location"], Kind::Place),
    (&["名片", "card"], Kind::Card),
    (&["文件", "檔案", "file"], Kind::File),
    (&["转账", "轉帳", "transfer"], Kind::Transfer),
    (&["红包", "紅包", "red packet", "red envelope"], Kind::RedPacket),
    (&["分享"], Kind::Link),
];

const BRACKETS: &[(&[&str], Kind)] = &[
    (&["图片", "圖片", "照片", "photo", "image", "picture"], Kind::Photo),
    (&["视频", "小视频", "影片", "video"], Kind::Video),
    (&["语音", "語音", "语音消息", "voice", "voice message", "audio"], Kind::Voice),
    (&["动画表情", "動畫表情", "表情", "表情包", "sticker", "custom sticker"], Kind::Sticker),
    (&["文件", "檔案", "file"], Kind::File),
    (&["位置", "地理位置", "实时位置", "location"], Kind::Place),
    (
        &["链接", "連結", "link", "小程序", "mini program", "视频号", "音乐", "music", "卡片式链接"],
        Kind::Link,
    ),
    (&["名片", "个人名片", "個人名片", "contact card", "card"], Kind::Card),
    (&["转账", "微信转账", "轉帳", "transfer"], Kind::Transfer),
    (&["红包", "微信红包", "紅包", "red packet"], Kind::RedPacket),
    (&["聊天记录", "聊天記錄", "chat history"], Kind::Record),
    (
        &["语音通话", "视频通话", "通话", "語音通話", "視訊通話", "voice call", "video call", "音视频通话"],
        Kind::Call,
    ),
];
