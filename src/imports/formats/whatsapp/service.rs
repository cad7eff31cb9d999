//! Lines that the app wrote itself: who joined, what was changed, that messages are encrypted.

use super::words::{Table, plain};

/// How every language calls the encryption between two ends.
static ENCRYPTED: Table = Table::new(
    "end-to-end|end to end|ende-zu-ende|extremo a extremo|bout en bout|ponta a ponta|ponto a ponto|сквозн|наскрізн|端到端|端對端|端对端|\
    エンドツーエンド|エンド・ツー・エンド|종단간|종단 간|uçtan uca|đầu cuối|hai đầu|เข้ารหัส|การเข้ารหัส|एंड-टू-एंड|एंड टू एंड|إند تو إند|بين الطرفين|تماما|مشفرة|سرتاسر|رمزنگاری|\
    এন্ড-টু-এন্ড|end-til-end|ende-til-ende|totalsträckskrypt|typu end|full-end|kompletn|páros végpont|végpontok|από άκρο σε άκρο|מקצה לקצה|ចុងដល់ចុង|ចុងម្ខាង|အစမှအဆုံး|\
    dulo-sa-dulo|hujung ke hujung|hujung-ke-hujung|menyeluruh|szyfrowan|versleutel|verschlüssel|cifrad|criptograf|encriptad|chiffr|encrypt|terenkripsi|penyulitan|mã hóa|暗号|암호화|加密|šifrov|titkosít|krypter|şifre|шифр",
);

/// The security code of somebody changed.
static SECURITY: Table = Table::new(
    "security code|código de seguridad|código de segurança|code de sécurité|sicherheitsnummer|sicherheitscode|codice di sicurezza|beveiligingscode|\
    код безопасности|код безпеки|安全码|安全碼|安全代码|セキュリティコード|보안 코드|kode keamanan|kod keselamatan|mã bảo mật|รหัสความปลอดภัย|सुरक्षा कोड|رمز الأمان|رمز حماية|کد امنیتی|güvenlik kodu|\
    kod zabezpieczeń|kod bezpieczeństwa|säkerhetskod|sikkerhedskode|sikkerhetskode|turvakoodi|κωδικός ασφαλείας|קוד האבטחה|កូដសុវត្ថិភាព|လုံခြုံရေးကုဒ်",
);

/// Messages that go away by themselves.
static TIMER: Table = Table::new(
    "disappearing message|message timer|turned off disappearing|mensajes temporales|temporizador|duración de los mensajes|mensagens temporárias|duração das mensagens|\
    messages éphémères|durée des messages|selbstlöschende nachrichten|nachrichtendauer|messaggi effimeri|zelfverwijderende berichten|verdwijnende berichten|berichttimer|исчезающие сообщения|исчезающих сообщений|таймер сообщений|\
    限时消息|限時訊息|消失的消息|阅后即焚|消息定时器|自動消失|消えるメッセージ|사라지는 메시지|pesan sementara|timer pesan|mesej hilang|pemasa mesej|tin nhắn tự hủy|tin nhắn tự huỷ|hẹn giờ tin nhắn|ข้อความที่ลบตัวเอง|ข้อความที่หายไป|ตัวตั้งเวลาข้อความ|\
    डिसअपीयरिंग मैसेज|गायब होने वाले|الرسائل ذاتية الاختفاء|مؤقت الرسائل|الرسائل المختفية|süreli mesajlar|znikające wiadomości|សារបាត់",
);

/// What service lines say at their end.
static TOLD: Table = Table::new(
    "tap to learn more|tap to change|tap for more info|tap to view|toca para|toque para|appuyez pour|tippe, um|tippe um|tocca per|tik voor|tik om|нажмите, чтобы|подробнее|点击|點按|点按|輕觸|タップして|탭하여|자세히|ketuk untuk|ketik untuk|nhấn để|chạm để|แตะเพื่อ|टैप करें|انقر|اضغط|dokunun|dotknij|stuknij",
);

/// What nobody but the app says.
static SURE: Table = Table::new(
    "updated the message timer. new messages will disappear|turned on disappearing messages. |turned off disappearing messages.",
);

/// What the app calls itself.
static APP: Table = Table::new("whatsapp|واتساب|واتس اب|व्हाट्सऐप|व्हाट्सएप|whats app");

/// Notices of old that do not name it.
static ENGLISH_NOTICE: Table =
    Table::new("end-to-end encrypted. |messages to this chat and calls are|messages to this group are now");

/// Kinds of lines and what they are known by. `group` in the kind says that the chat is one.
static KINDS: [(&str, Table); 5] = [
    (
        "group made or renamed",
        Table::new(
            "created group|created this group|created the group|created community|changed the group name|changed the subject|changed this group's|changed the group's|changed the group description|changed the group icon|deleted this group|\
         group description|changed the settings|changed this group|deleted the group|created this community|\
         creó el grupo|creaste el grupo|creó este grupo|cambió el nombre del grupo|cambiaste el nombre del grupo|cambió el asunto|cambió la descripción|cambió el ícono|cambió el icono|cambiaste el ícono|ajustes del grupo|\
         criou o grupo|criou este grupo|você criou o grupo|mudou o nome do grupo|alterou o nome do grupo|mudou a imagem|mudou a descrição|alterou a descrição|alterou o ícone|mudou o assunto|\
         a créé le groupe|avez créé le groupe|a changé le nom du groupe|a modifié le nom du groupe|a changé le sujet|a changé l'icône|a modifié l'icône|a modifié la description|\
         die gruppe \"|die gruppe „|hat die gruppe|hast die gruppe|den gruppennamen|das gruppenbild|die gruppenbeschreibung|den betreff|gruppeneinstellungen|\
         ha creato il gruppo|hai creato il gruppo|ha cambiato il nome del gruppo|ha cambiato l'oggetto|ha cambiato l'immagine|ha modificato la descrizione|\
         heeft de groep|hebt de groep|groepsnaam|groepsafbeelding|groepsomschrijving|het onderwerp|создал группу|создал(-а) группу|создал(а) группу|создали группу|создала группу|изменил название|изменил(-а)|сменил иконку|изменил тему|описание группы|\
         创建了群组|创建了此群组|创建了群|更改了群组|更改了群名|更改了主题|修改了群|更改了此群组|建立了群組|建立群組|建立了此群組|更改了群組|變更了群組|更改了主旨|变更了群组|グループを作成|グループ名を|グループアイコン|グループの説明|グループの画像|그룹을 만들|그룹 이름을|그룹 아이콘|그룹 설명|\
         membuat grup|mengubah nama grup|mengganti nama grup|mengubah ikon|mengganti ikon|mengubah deskripsi|mengganti subjek|mengubah subjek|mencipta kumpulan|menukar nama kumpulan|menukar ikon|\
         đã tạo nhóm|tạo nhóm|đổi tên nhóm|thay đổi tên nhóm|thay đổi chủ đề|đổi biểu tượng|thay đổi mô tả|thay đổi biểu tượng|thay đổi ảnh nhóm|สร้างกลุ่ม|เปลี่ยนชื่อกลุ่ม|เปลี่ยนหัวข้อ|เปลี่ยนไอคอน|เปลี่ยนคำอธิบาย|เปลี่ยนรูปกลุ่ม|\
         ग्रुप बनाया|ग्रुप का नाम|ग्रुप आइकन|समूह बनाया|أنشأ المجموعة|أنشأ مجموعة|أنشأت المجموعة|بإنشاء المجموعة|بإنشاء مجموعة|غير اسم المجموعة|اسم المجموعة|أيقونة المجموعة|صورة المجموعة|وصف المجموعة|\
         grubunu oluşturdu|grubu oluşturdu|grup adını|grup konusunu|grup simgesini|grup açıklamasını|utworzył grupę|utworzył(a) grupę|zmienił(a) nazwę|បង្កើតក្រុម|ប្តូរឈ្មោះក្រុម|အဖွဲ့ကို ဖန်တီး|အုပ်စုကို ဖန်တီး",
        ),
    ),
    (
        "group members changed",
        Table::new(
            " added |you added|added you|was added|were added| left|you left| removed |you removed|removed you|was removed|were removed|joined using|joined this group|joined via|joined from|joined the group|you joined|requested to join|invite link|\
         now an admin|no longer an admin|admins|an admin| añadió a|te añadió|añadiste a|agregó a|te agregó|agregaste a|salió|saliste|eliminó a|eliminaste a|te eliminó|se unió|te uniste|enlace de invitación|ahora eres admin|administrador|\
         adicionou|adicionaste|foi adicionad|saiu|você saiu|removeu|você removeu|entrou usando|entrou com|link de convite|agora é admin|a ajouté|avez ajouté|vous a ajouté|est parti|a quitté|êtes parti|a retiré|avez retiré|a supprimé|a rejoint|lien d'invitation|lien d’invitation|\
         hinzugefügt|hat die gruppe verlassen|hast die gruppe verlassen|entfernt|ist der gruppe|bist der gruppe|einladungslink|gruppenadmin|ha aggiunto|hai aggiunto|ha abbandonato|è uscito|è uscita|hai abbandonato|ha rimosso|hai rimosso|si è unito|link d'invito|\
         toegevoegd|heeft de groep verlaten|verlaten|verwijderd|uitnodigingslink|beheerder|добавил|добавлен|покинул|вышел|вышла|удалил|удален|присоедин|пригласительн|администратор|\
         添加了|已添加|退出了|离开了|已退出|移除了|已移除|通过邀请|邀请链接|加入了|管理员|新增了|已新增|加入了|已離開|離開了|退出了|已移除|邀請連結|管理員|を追加しました|が追加され|退出しました|退会しました|を削除しました|参加しました|招待リンク|管理者|\
         추가했습니다|초대했습니다|나갔습니다|내보냈습니다|삭제했습니다|참여했습니다|초대 링크|관리자|menambahkan|keluar|mengeluarkan|bergabung|tautan undangan|sekarang admin|menambah anda|telah meninggalkan|menyertai|pautan jemputan|\
         đã thêm|đã rời|đã rời khỏi|đã xóa bạn|đã mời|đã tham gia|đã bị xóa khỏi|liên kết mời|quản trị viên|เพิ่ม|ออกจากกลุ่ม|ออกแล้ว|ลบ|เข้าร่วม|ลิงก์คำเชิญ|ผู้ดูแล|को जोड़ा|ने जोड़ा|जोड़ा गया|छोड़ दिया|ग्रुप छोड़ा|निकाल दिया|को निकाला|शामिल हुए|एडमिन|\
         أضاف|أضفت|تمت إضافة|غادر|غادرت|أزال|أزلت|تمت إزالة|انضم|رابط الدعوة|مشرف|ekledi|eklediniz|ayrıldı|çıkardı|katıldı|davet bağlantısı|yönetici|dodał|opuścił|usunął|dołączył|បានបន្ថែម|បានចាកចេញ|បានចូលរួម|ထည့်ခဲ့|ထွက်ခွာ|ထည့်လိုက်|ဝင်ရောက်",
        ),
    ),
    (
        "number or contact changed",
        Table::new(
            "changed their phone number|changed to a new|new phone number|changed their number|changed to +|is a contact|is in your contacts|not in your contacts|cambió su número|cambió de número|es un contacto|mudou de número|alterou o número|é um contato|a changé de numéro|est un contact|\
         hat eine neue telefonnummer|hat die telefonnummer|ist ein kontakt|ha cambiato numero|è un contatto|heeft een nieuw nummer|is een contact|новый номер|сменил номер|есть в контактах|更改了电话号码|更换了|更改了號碼|變更電話號碼|是联系人|番号を変更|電話番号を|전화번호를 변경|\
         mengganti nomor|mengubah nomor|menukar nombor|đã đổi số|thay đổi số|เปลี่ยนหมายเลข|เปลี่ยนเบอร์|नंबर बदल|غير رقم|رقم هاتفه|numarasını değiştirdi|zmienił numer",
        ),
    ),
    (
        "contact blocked or business account",
        Table::new(
            "blocked this contact|unblocked this contact|you blocked|you unblocked|blocked this business|business account|works with other companies|uses a secure service|business is now|this business|official business|bloqueaste|desbloqueaste|cuenta de empresa|bloqueou este contato|desbloqueou|conta comercial|\
         avez bloqué|avez débloqué|compte professionnel|blockiert|unternehmens-account|business-account|unternehmensaccount|hai bloccato|hai sbloccato|account business|geblokkeerd|gedeblokkeerd|bedrijfsaccount|заблокировали|разблокировали|бизнес-аккаунт|корпоративный аккаунт|\
         屏蔽了|拉黑了|取消屏蔽|商业账号|商家账户|封鎖了|解除封鎖|商業帳號|商業帳戶|ブロックしました|ブロックを解除|ビジネスアカウント|차단했습니다|차단 해제|비즈니스 계정|memblokir|membuka blokir|akun bisnis|menyekat kenalan|akaun perniagaan|\
         đã chặn|bỏ chặn|tài khoản doanh nghiệp|บล็อก|เลิกบล็อก|บัญชีธุรกิจ|ब्लॉक|बिज़नेस अकाउंट|حظرت|إلغاء حظر|حساب أعمال|حساب تجاري|engellediniz|engelini|işletme hesabı|zablokowano|konto firmowe",
        ),
    ),
    (
        "message pinned",
        Table::new(
            "pinned a message|fijó un mensaje|fijaste un mensaje|fixou uma mensagem|épinglé un message|nachricht angeheftet|nachricht fixiert|ha fissato un messaggio|bericht vastgezet|закрепил сообщение|закрепил(-а)|置顶了|釘選了|ピン留めしました|고정했습니다|menyematkan pesan|đã ghim|ปักหมุดข้อความ|पिन किया|ثبت رسالة|تثبيت رسالة|mesaj sabitledi|przypiął|przypięto",
        ),
    ),
];

/// The kind of the line that stands first in most files.
pub(super) const NOTICE: &str = "encryption notice";

/// What kind of line of the app's own this is; none if it is not known to be one.
pub(super) fn class(text: &str) -> Option<&'static str> {
    let text = beginning(text);
    if is_notice(&text) {
        return Some(NOTICE);
    }
    if SECURITY.is_in(&text) {
        return Some("security code changed");
    }
    if TIMER.is_in(&text) {
        return Some("message timer");
    }
    KINDS.iter().find(|(_, words)| words.is_in(&text)).map(|(kind, _)| *kind)
}

/// Whether nobody would write this, mark or not.
pub(super) fn is_unmistakable(text: &str) -> bool {
    // No service line of this kind is short: this spares most of what people write.
    if text.len() < 40 {
        return false;
    }
    let text = beginning(text);
    let told = TOLD.is_in(&text);
    is_notice(&text) && text.chars().count() > 60
        || (told && (SECURITY.is_in(&text) || TIMER.is_in(&text)))
        || SURE.is_in(&text)
}

/// `Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can ...`.
fn is_notice(text: &str) -> bool {
    ENCRYPTED.is_in(text) && (APP.is_in(text) || ENGLISH_NOTICE.is_in(text))
}

/// As much of a line as tells what it is.
fn beginning(text: &str) -> String {
    plain(&text.chars().take(400).collect::<String>())
}

#[cfg(test)]
pub(super) fn tables() -> impl Iterator<Item = &'static Table> {
    [&ENCRYPTED, &SECURITY, &TIMER, &TOLD, &SURE, &APP, &ENGLISH_NOTICE]
        .into_iter()
        .chain(KINDS.iter().map(|(_, words)| words))
}
