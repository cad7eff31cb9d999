//! Which column is what, and the fields of one row by their meaning.

use jiff::Timestamp;

use super::super::super::shape::Moment;
use super::super::contents::Raw;
use super::super::kinds::Kind;
use super::super::record::Record;
use super::super::stamp::{Stamp, whole};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    LocalId,
    ServerId,
    Code,
    SubCode,
    KindName,
    IsMe,
    Created,
    Shown,
    Content,
    Remark,
    Nickname,
    Sender,
    /// The other side of the chat; where there is no column for the sender, the sender.
    Talker,
    Chat,
    Room,
    RoomName,
    Source,
}

const ROLES: usize = 17;

/// The names, in small letters.
const NAMES: &[(&str, Role)] = &[
    ("localid", Role::LocalId),
    ("消息id", Role::ServerId),
    ("msgsvrid", Role::ServerId),
    ("type", Role::Code),
    ("subtype", Role::SubCode),
    ("type_name", Role::KindName),
    ("类型", Role::KindName),
    ("消息类型", Role::KindName),
    ("issender", Role::IsMe),
    ("is_sender", Role::IsMe),
    ("issend", Role::IsMe),
    ("是否发送", Role::IsMe),
    ("createtime", Role::Created),
    ("create_time", Role::Created),
    ("strtime", Role::Shown),
    ("时间", Role::Shown),
    ("发送时间", Role::Shown),
    ("time", Role::Shown),
    ("strcontent", Role::Content),
    ("content", Role::Content),
    ("msg", Role::Content),
    ("内容", Role::Content),
    ("消息内容", Role::Content),
    ("remark", Role::Remark),
    ("备注", Role::Remark),
    ("sendername", Role::Remark),
    ("nickname", Role::Nickname),
    ("昵称", Role::Nickname),
    ("sender", Role::Sender),
    ("发送人", Role::Sender),
    ("发送者", Role::Sender),
    ("talker", Role::Talker),
    ("talkerid", Role::Chat),
    ("strtalker", Role::Chat),
    ("room_name", Role::Room),
    ("talkername", Role::RoomName),
    ("src", Role::Source),
];

/// Columns of which at least one is in every table of this kind and in few others.
const TELLING: [&str; 8] =
    ["strcontent", "talkerid", "msgsvrid", "type_name", "talkername", "发送人", "发送者", "消息id"];

/// The columns of a table.
pub(super) struct Columns {
    pub(super) delimiter: char,
    count: usize,
    header: Vec<String>,
    places: [Option<usize>; ROLES],
    /// Whether the content is one that exporters put into JSON.
    is_json: bool,
}

impl Columns {
    /// Reads a header; none where it is that of another table.
    pub(super) fn of(header: &str) -> Option<Self> {
        [',', '\t', ';'].into_iter().find_map(|delimiter| Self::parted(header, delimiter))
    }

    fn parted(header: &str, delimiter: char) -> Option<Self> {
        if header.len() > 2000 {
            return None;
        }
        let header = Record::of(header, delimiter).into_fields();
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let mut places = [None; ROLES];
        for (at, name) in names.iter().enumerate() {
            let role = NAMES.iter().find(|(known, _)| known == name).map(|(_, role)| *role);
            if let Some(place) = role.and_then(|role| places.get_mut(role as usize)) {
                place.get_or_insert(at);
            }
        }
        let columns = Self {
            delimiter,
            count: names.len(),
            header,
            places,
            is_json: names.iter().any(|n| n == "content"),
        };
        let has = |role: Role| columns.place(role).is_some();
        let named = has(Role::IsMe) || has(Role::Sender) || has(Role::Talker);
        let known = has(Role::Content) && named && (has(Role::Created) || has(Role::Shown));
        let telling = names.iter().any(|name| TELLING.contains(&name.as_str()));
        (known && telling).then_some(columns)
    }

    fn place(&self, role: Role) -> Option<usize> {
        self.places.get(role as usize).copied().flatten()
    }

    /// Whether a line is the header once more, as where two tables were put together.
    pub(super) fn is_header(&self, line: &str) -> bool {
        line.len() < 2000 && Record::of(line, self.delimiter).into_fields() == self.header
    }

    /// Whether a line is a whole row by itself.
    pub(super) fn is_row(&self, line: &str) -> bool {
        let record = Record::of(line, self.delimiter);
        !record.is_open() && {
            let fields = record.into_fields();
            fields.len() == self.count && self.fits(&fields)
        }
    }

    /// Whether these can be the fields of a row.
    pub(super) fn fits(&self, fields: &[String]) -> bool {
        fields.len() >= self.count && self.row(fields).is_ok()
    }

    /// The fields of a row by their meaning. Where the content was not quoted, the signs in it part too many fields:
    /// those between the columns before it and behind it are the content.
    pub(super) fn row<'a>(&'a self, fields: &'a [String]) -> Result<Row<'a>, &'static str> {
        let content = self.place(Role::Content).unwrap_or_default();
        let extra = fields.len().saturating_sub(self.count);
        let held =
            fields.get(content..=content + extra).ok_or("row with too few columns to hold a message")?;
        let content = held.join(&self.delimiter.to_string());
        let mut row = Row {
            columns: self,
            fields,
            extra,
            content,
            at: Moment::Utc(Timestamp::UNIX_EPOCH),
            is_short: fields.len() < self.count,
        };
        row.at = row.moment().ok_or("row without a usable date")?;
        Ok(row)
    }
}

/// The fields of one row.
pub(super) struct Row<'a> {
    columns: &'a Columns,
    fields: &'a [String],
    /// Fields that the content has too many.
    extra: usize,
    content: String,
    pub(super) at: Moment,
    pub(super) is_short: bool,
}

impl Row<'_> {
    /// A field that says something.
    fn field(&self, role: Role) -> Option<&str> {
        let place = self.columns.place(role)?;
        let behind = self.columns.place(Role::Content).is_some_and(|content| place > content);
        let field = self.fields.get(if behind { place + self.extra } else { place })?.trim();
        (!matches!(field, "" | "null" | "None" | "nan")).then_some(field)
    }

    /// The seconds of the database know no time zone; what an exporter shows is the time of its computer.
    fn moment(&self) -> Option<Moment> {
        let fields = || [Role::Created, Role::Shown].into_iter().filter_map(|role| self.field(role));
        fields().find_map(unix).or_else(|| fields().find_map(written))
    }

    pub(super) fn raw(&self) -> Raw<'_> {
        let kind = match (self.field(Role::Code), self.field(Role::KindName)) {
            (Some(code), _) => Kind::of_code(code, self.field(Role::SubCode).unwrap_or_default()),
            (None, Some(name)) => Kind::of_name(name),
            (None, None) => Kind::Text,
        };
        let source = self.field(Role::Source).unwrap_or_default();
        Raw { kind, content: &self.content, source, may_be_json: self.columns.is_json }
    }

    /// The id on WeChat's servers is the same for everybody. Numbers of a database are only its own, begin again in
    /// each of its files and are given anew by some exporters, so that only with the time they name one message.
    pub(super) fn native_id(&self, chat: &str) -> Option<String> {
        // Programs for tables make `9.53E+17` of a long number.
        let is_number = |id: &&str| id.bytes().all(|byte| byte.is_ascii_digit()) && *id != "0";
        // Other tables number their own rows under the same name.
        let server = self.field(Role::ServerId).filter(is_number).filter(|id| id.len() > 9);
        if let Some(server) = server {
            return Some(server.to_owned());
        }
        let local = self.field(Role::LocalId).filter(is_number)?;
        let created = self.field(Role::Created).filter(is_number)?;
        Some(format!("{chat}/{local}@{created}"))
    }

    pub(super) fn is_me(&self) -> bool {
        match self.field(Role::IsMe) {
            Some(flag) => matches!(flag, "1" | "1.0" | "true" | "True" | "TRUE" | "是"),
            None => self.sender() == Some("我"),
        }
    }

    /// What the sender is called on the platform, or only by name.
    pub(super) fn sender(&self) -> Option<&str> {
        self.field(Role::Sender).or_else(|| self.field(Role::Talker))
    }

    pub(super) fn sender_name(&self) -> Option<&str> {
        self.field(Role::Remark).or_else(|| self.field(Role::Nickname))
    }

    /// What names the chat.
    pub(super) fn chat(&self) -> Option<&str> {
        let talker = || self.columns.place(Role::Sender).and_then(|_| self.field(Role::Talker));
        self.field(Role::Chat).or_else(|| self.field(Role::Room)).or_else(talker)
    }

    pub(super) fn room_name(&self) -> Option<&str> {
        self.field(Role::RoomName)
    }
}

/// Seconds or milliseconds since 1970.
fn unix(field: &str) -> Option<Moment> {
    let number: i64 = field.parse().ok()?;
    let at = match field.len() {
        9 | 10 => Timestamp::from_second(number),
        12 | 13 => Timestamp::from_millisecond(number),
        _ => return None,
    };
    at.ok().map(Moment::Utc)
}

fn written(field: &str) -> Option<Moment> {
    if let Ok(at) = field.parse() {
        return Some(Moment::Utc(at));
    }
    // Fractions of a second tell nothing more.
    let field = field
        .split_once('.')
        .filter(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit()))
        .map_or(field, |(f, _)| f);
    match whole(field)? {
        Stamp::At(moment) => Some(moment),
        _ => None,
    }
}
