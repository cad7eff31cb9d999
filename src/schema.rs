//! The tables, as Diesel sees them. The migrations are the source; a test compares the two.

#![allow(missing_docs, reason = "the columns are explained by the rows in each slice's store.rs")]

diesel::table! {
    use diesel::sql_types::{Binary, Text, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    organisations (id) {
        id -> IdSql,
        name -> Binary,
        status -> Text,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    organisation_keys (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        epoch -> Integer,
        wrapped -> Binary,
        created_at -> TimeSql,
        used_since -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable};
    use crate::db::types::TimeSql;

    installation (id) {
        id -> Integer,
        seal_epoch -> BigInt,
        sealed -> Bool,
        changed_at -> Nullable<TimeSql>,
        base_key -> Nullable<Binary>,
        handover -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    data_keys (organisation_id, owner_id) {
        organisation_id -> IdSql,
        owner_id -> IdSql,
        organisation_key_id -> IdSql,
        wrapped -> Binary,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    signing_keys (id) {
        id -> IdSql,
        sealed_private -> Binary,
        public -> Binary,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text, Nullable, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    users (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        email_hash -> Binary,
        email -> Binary,
        name -> Binary,
        role -> Text,
        status -> Text,
        password_hash -> Nullable<Binary>,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
        verified_person -> Nullable<Binary>,
        verified_person_hash -> Nullable<Binary>,
        affiliation -> Nullable<Binary>,
        caseload -> BigInt,
        urgent_caseload -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    sessions (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        user_id -> IdSql,
        device -> Binary,
        created_at -> TimeSql,
        last_used_at -> TimeSql,
        expires_at -> TimeSql,
        revoked_at -> Nullable<TimeSql>,
        factor_at -> Nullable<TimeSql>,
        factor -> Nullable<Text>,
        coerced_at -> Nullable<TimeSql>,
        seal_epoch -> BigInt,
        key_thumbprint -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    second_factors (organisation_id, user_id) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        secret -> Nullable<Binary>,
        confirmed_at -> Nullable<TimeSql>,
        last_step -> BigInt,
        pending -> Nullable<Binary>,
        pending_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    recovery_codes (organisation_id, user_id, hash) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        hash -> Binary,
        made_at -> TimeSql,
        used_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    known_devices (organisation_id, hash) {
        organisation_id -> IdSql,
        hash -> Binary,
        user_id -> IdSql,
        made_at -> TimeSql,
        last_used_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    duress_passwords (organisation_id, user_id) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        hash -> Binary,
        set_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::db::types::{IdSql, TimeSql};

    account_notices (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        user_id -> IdSql,
        kind -> Text,
        at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    refresh_tokens (organisation_id, hash) {
        organisation_id -> IdSql,
        hash -> Binary,
        session_id -> IdSql,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        used_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    one_time_tokens (hash) {
        hash -> Binary,
        kind -> Text,
        organisation_id -> Nullable<IdSql>,
        user_id -> Nullable<IdSql>,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        used_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    used_proofs (organisation_id, hash) {
        organisation_id -> IdSql,
        hash -> Binary,
        until -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer};
    use crate::db::types::{IdSql, TimeSql};

    sign_in_failures (email_hash) {
        email_hash -> Binary,
        failures -> Integer,
        last_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Nullable, Binary, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    cases (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        code_name -> Text,
        status -> Text,
        risk -> Text,
        closing_reason -> Nullable<Text>,
        summary -> Binary,
        country -> Nullable<Binary>,
        languages -> Binary,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Nullable, Binary};
    use crate::db::types::{IdSql, TimeSql};

    case_events (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        kind -> Text,
        at -> TimeSql,
        recorded_at -> TimeSql,
        actor_id -> IdSql,
        from_status -> Nullable<Text>,
        to_status -> Nullable<Text>,
        subject_id -> Nullable<IdSql>,
        subject_role -> Nullable<Text>,
        reason -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    assignments (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        user_id -> IdSql,
        role -> Text,
        from_at -> TimeSql,
        until_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Binary, BigInt, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    referrals (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        user_id -> IdSql,
        classes -> Text,
        status -> Text,
        note -> Binary,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        expires_at -> TimeSql,
        version -> BigInt,
        precision -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Binary, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    people (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        role -> Text,
        names -> Binary,
        documents -> Binary,
        particulars -> Binary,
        recognition -> Binary,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    channels (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        person_id -> IdSql,
        platform -> Text,
        handle -> Binary,
        handle_hash -> Binary,
        safety -> Binary,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
        unanswered_since -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Binary, BigInt, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    imports (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        author_id -> IdSql,
        format -> Text,
        file_name -> Binary,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        committed_at -> Nullable<TimeSql>,
        state -> Text,
        object_id -> Nullable<IdSql>,
        attachment_id -> Nullable<IdSql>,
        size -> BigInt,
        preview -> Nullable<Binary>,
        failure -> Nullable<Binary>,
        read_bytes -> BigInt,
        lease_id -> Nullable<IdSql>,
        lease_until -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Binary, BigInt, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    import_commits (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        import_id -> IdSql,
        case_id -> IdSql,
        author_id -> IdSql,
        key_hash -> Nullable<Binary>,
        state -> Text,
        answers -> Binary,
        progress -> Binary,
        read_bytes -> BigInt,
        lease_id -> Nullable<IdSql>,
        lease_until -> Nullable<TimeSql>,
        created_at -> TimeSql,
        finished_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Nullable, Integer, Binary};
    use crate::db::types::{IdSql, TimeSql};

    messages (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        channel_id -> IdSql,
        direction -> Text,
        form -> Text,
        sent_at -> TimeSql,
        recorded_at -> TimeSql,
        author_id -> IdSql,
        authenticity -> Text,
        ordinal -> Nullable<Integer>,
        import_id -> Nullable<IdSql>,
        dedupe_key -> Nullable<Binary>,
        content -> Binary,
        sender -> Nullable<Binary>,
        placed_at -> TimeSql,
        judged -> Text,
        flags -> Nullable<Binary>,
        slot_key -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    message_corrections (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        message_id -> IdSql,
        author_id -> IdSql,
        at -> TimeSql,
        sent_at -> Nullable<TimeSql>,
        content -> Binary,
        authenticity -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Integer, Nullable, Binary, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    clues (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        kind -> Text,
        status -> Text,
        reliability -> Text,
        credibility -> Integer,
        observed_at -> TimeSql,
        observed_until -> Nullable<TimeSql>,
        reported_at -> TimeSql,
        recorded_at -> TimeSql,
        author_id -> IdSql,
        source_kind -> Text,
        source_ref -> Nullable<IdSql>,
        source_label -> Nullable<Binary>,
        data -> Binary,
        quote -> Nullable<Binary>,
        note -> Nullable<Binary>,
        decided_by -> Nullable<IdSql>,
        decided_at -> Nullable<TimeSql>,
        reason -> Nullable<Binary>,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text, Nullable, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    sites (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        names -> Binary,
        place -> Binary,
        country -> Binary,
        verification -> Text,
        activity -> Text,
        capacity -> Nullable<Binary>,
        provenance -> Binary,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
        base_verification -> Text,
        base_activity -> Text,
        base_capacity -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    observations (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        site_id -> IdSql,
        kind -> Text,
        at -> TimeSql,
        recorded_at -> TimeSql,
        author_id -> IdSql,
        source_kind -> Text,
        source_ref -> Nullable<IdSql>,
        source_label -> Nullable<Binary>,
        reliability -> Text,
        credibility -> Integer,
        data -> Binary,
        note -> Nullable<Binary>,
        retracted_at -> Nullable<TimeSql>,
        retracted_by -> Nullable<IdSql>,
        retraction -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    actors (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        kind -> Text,
        names -> Binary,
        identifiers -> Binary,
        country -> Nullable<Binary>,
        note -> Nullable<Binary>,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    site_actors (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        site_id -> IdSql,
        actor_id -> IdSql,
        relation -> Text,
        from_at -> Nullable<TimeSql>,
        until_at -> Nullable<TimeSql>,
        recorded_at -> TimeSql,
        author_id -> IdSql,
        source_kind -> Text,
        source_ref -> Nullable<IdSql>,
        source_label -> Nullable<Binary>,
        reliability -> Text,
        credibility -> Integer,
        note -> Nullable<Binary>,
        retracted_at -> Nullable<TimeSql>,
        retracted_by -> Nullable<IdSql>,
        retraction -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Binary, Nullable, BigInt};
    use crate::db::types::{IdSql, TimeSql};

    operations (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        kind -> Text,
        status -> Text,
        title -> Binary,
        plan -> Binary,
        checklist -> Binary,
        target -> Nullable<Binary>,
        site_id -> Nullable<IdSql>,
        lead_id -> IdSql,
        starts_at -> TimeSql,
        ends_at -> TimeSql,
        plan_hash -> Nullable<Binary>,
        created_by -> IdSql,
        submitted_by -> Nullable<IdSql>,
        submitted_at -> Nullable<TimeSql>,
        approved_by -> Nullable<IdSql>,
        approved_at -> Nullable<TimeSql>,
        outcome -> Nullable<Binary>,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, TimeSql};

    operation_cases (organisation_id, operation_id, case_id) {
        organisation_id -> IdSql,
        operation_id -> IdSql,
        case_id -> IdSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{IdSql, TimeSql};

    operation_members (organisation_id, operation_id, user_id) {
        organisation_id -> IdSql,
        operation_id -> IdSql,
        user_id -> IdSql,
        added_by -> IdSql,
        added_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Nullable, Binary};
    use crate::db::types::{IdSql, TimeSql};

    operation_events (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        operation_id -> IdSql,
        kind -> Text,
        at -> TimeSql,
        actor_id -> IdSql,
        reason -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    reports (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        operation_id -> IdSql,
        author_id -> IdSql,
        at -> TimeSql,
        recorded_at -> TimeSql,
        seen -> Binary,
        position -> Nullable<Binary>,
        findings -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    check_ins (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        operation_id -> IdSql,
        user_id -> IdSql,
        author_id -> IdSql,
        at -> TimeSql,
        recorded_at -> TimeSql,
        status -> Text,
        next_by -> Nullable<TimeSql>,
        position -> Nullable<Binary>,
        note -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    idempotency_keys (organisation_id, user_id, key_hash) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        key_hash -> Binary,
        request_hash -> Binary,
        status -> Integer,
        response -> Binary,
        created_at -> TimeSql,
        owner_id -> Nullable<IdSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, BigInt, Text, Binary};
    use crate::db::types::{IdSql, TimeSql};

    audit_events (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        seq -> Nullable<BigInt>,
        at -> TimeSql,
        actor_id -> Nullable<IdSql>,
        session_id -> Nullable<IdSql>,
        action -> Text,
        outcome -> Text,
        object_id -> Nullable<IdSql>,
        case_id -> Nullable<IdSql>,
        detail -> Nullable<Binary>,
        leaf_hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    audit_heads (organisation_id) {
        organisation_id -> IdSql,
        size -> BigInt,
        tiled -> BigInt,
        checkpoint_at -> Nullable<TimeSql>,
        digest -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer};
    use crate::db::types::IdSql;

    audit_tiles (organisation_id, level, position) {
        organisation_id -> IdSql,
        level -> Integer,
        position -> BigInt,
        hashes -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::db::types::{IdSql, TimeSql};

    audit_checkpoints (organisation_id, at) {
        organisation_id -> IdSql,
        at -> TimeSql,
        size -> BigInt,
        root_hash -> Binary,
        signature -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    channel_rule_changes (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        channel_id -> IdSql,
        until_at -> TimeSql,
        author_id -> IdSql,
        safety -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    watches (organisation_id, case_id) {
        organisation_id -> IdSql,
        case_id -> IdSql,
        expected_every_hours -> Integer,
        grace_hours -> Integer,
        started_at -> TimeSql,
        last_sign_of_life_at -> Nullable<TimeSql>,
        due_at -> TimeSql,
        overdue_at -> TimeSql,
        silent_at -> TimeSql,
        stopped_at -> Nullable<TimeSql>,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::db::types::IdSql;

    watch_escalations (organisation_id, case_id, position) {
        organisation_id -> IdSql,
        case_id -> IdSql,
        position -> Integer,
        user_id -> IdSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    watch_pauses (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        from_at -> TimeSql,
        until_at -> TimeSql,
        ended_at -> Nullable<TimeSql>,
        reason -> Binary,
        created_by -> IdSql,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    alerts (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        key -> Binary,
        kind -> Text,
        case_id -> Nullable<IdSql>,
        operation_id -> Nullable<IdSql>,
        subject_id -> Nullable<IdSql>,
        since -> TimeSql,
        created_at -> TimeSql,
        dispatched_at -> Nullable<TimeSql>,
        level -> Integer,
        next_level_at -> Nullable<TimeSql>,
        acknowledged_by -> Nullable<IdSql>,
        acknowledged_at -> Nullable<TimeSql>,
        open_until -> TimeSql,
        resolved_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use crate::db::types::IdSql;

    alert_heads (organisation_id) {
        organisation_id -> IdSql,
        seq -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Text};
    use crate::db::types::{IdSql, TimeSql};

    alert_events (organisation_id, seq) {
        organisation_id -> IdSql,
        seq -> BigInt,
        id -> IdSql,
        alert_id -> IdSql,
        change -> Text,
        level -> Integer,
        at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::db::types::{IdSql, TimeSql};

    webhooks (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        url -> Binary,
        secret -> Binary,
        status -> Text,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    deliveries (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        event_id -> IdSql,
        alert_id -> IdSql,
        medium -> Text,
        target_id -> IdSql,
        status -> Text,
        attempts -> Integer,
        next_attempt_at -> TimeSql,
        leased_until -> Nullable<TimeSql>,
        last_error -> Nullable<Text>,
        created_at -> TimeSql,
        ended_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    calendar_feeds (organisation_id, hash) {
        organisation_id -> IdSql,
        hash -> Binary,
        user_id -> IdSql,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    tasks (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        kind -> Text,
        title -> Binary,
        note -> Nullable<Binary>,
        due_at -> TimeSql,
        assignee_id -> IdSql,
        status -> Text,
        created_by -> IdSql,
        created_at -> TimeSql,
        ended_by -> Nullable<IdSql>,
        ended_at -> Nullable<TimeSql>,
        updated_at -> TimeSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::db::types::{IdSql, TimeSql};

    attachments (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        object_id -> IdSql,
        size -> BigInt,
        particulars -> Binary,
        working -> Text,
        author_id -> IdSql,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use crate::db::types::IdSql;

    message_attachments (organisation_id, message_id, attachment_id) {
        organisation_id -> IdSql,
        message_id -> IdSql,
        attachment_id -> IdSql,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::db::types::{IdSql, TimeSql};

    attachment_custody (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        attachment_id -> IdSql,
        at -> TimeSql,
        actor_id -> IdSql,
        action -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer};
    use crate::db::types::{IdSql, TimeSql};

    uploads (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        author_id -> IdSql,
        particulars -> Binary,
        length -> BigInt,
        received -> BigInt,
        parts -> Integer,
        created_at -> TimeSql,
        expires_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use crate::db::types::IdSql;

    upload_parts (organisation_id, upload_id, position) {
        organisation_id -> IdSql,
        upload_id -> IdSql,
        position -> BigInt,
        object_id -> IdSql,
        length -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use crate::db::types::{IdSql, TimeSql};

    storage_usage (organisation_id) {
        organisation_id -> IdSql,
        bytes -> BigInt,
        updated_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    case_estimates (organisation_id, case_id) {
        organisation_id -> IdSql,
        case_id -> IdSql,
        dirty_at -> Nullable<TimeSql>,
        lease_until -> Nullable<TimeSql>,
        computed_at -> Nullable<TimeSql>,
        summary -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    consents (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        person_id -> IdSql,
        purpose -> Text,
        method -> Text,
        given_at -> TimeSql,
        expires_at -> Nullable<TimeSql>,
        message_id -> Nullable<IdSql>,
        terms -> Binary,
        interpreter -> Nullable<Binary>,
        recorded_by -> IdSql,
        recorded_at -> TimeSql,
        withdrawn_at -> Nullable<TimeSql>,
        withdrawn_by -> Nullable<IdSql>,
        withdrawal -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    case_areas (organisation_id, case_id) {
        organisation_id -> IdSql,
        case_id -> IdSql,
        settled -> Binary,
        settled_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::db::types::{IdSql, TimeSql};

    operation_waivers (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        operation_id -> IdSql,
        gate -> Text,
        plan_hash -> Binary,
        reason -> Binary,
        given_by -> IdSql,
        given_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    do_not_share (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> Nullable<IdSql>,
        site_id -> Nullable<IdSql>,
        entry -> Binary,
        created_by -> IdSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        removed_by -> Nullable<IdSql>,
        removed_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::db::types::{IdSql, TimeSql};

    plan_reads (organisation_id, operation_id, user_id, minute) {
        organisation_id -> IdSql,
        operation_id -> IdSql,
        user_id -> IdSql,
        minute -> TimeSql,
        reads -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    packs (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        operation_id -> IdSql,
        user_id -> IdSql,
        session_id -> Nullable<IdSql>,
        form -> Text,
        made_at -> TimeSql,
        expires_at -> TimeSql,
        state -> Text,
        burnt_at -> Nullable<TimeSql>,
        burnt_by -> Nullable<IdSql>,
        plan_version -> BigInt,
        plan_hash -> Binary,
        recipient -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    pack_keys (organisation_id, user_id) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        recipient -> Binary,
        session_id -> Nullable<IdSql>,
        set_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    lost_phones (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        user_id -> IdSql,
        session_id -> Nullable<IdSql>,
        reported_by -> IdSql,
        at -> TimeSql,
        note -> Nullable<Binary>,
        sessions_ended -> Integer,
        packs_burnt -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};
    sync_points (organisation_id, session_id, id) {
        organisation_id -> IdSql,
        session_id -> IdSql,
        id -> IdSql,
        sent -> Binary,
        used_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};
    batch_items (organisation_id, user_id, id) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        id -> IdSql,
        digest -> Binary,
        done_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    break_glass (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        user_id -> IdSql,
        reason -> Binary,
        hours -> Integer,
        asked_at -> TimeSql,
        lapses_at -> TimeSql,
        opened_at -> Nullable<TimeSql>,
        closes_at -> Nullable<TimeSql>,
        approved_by -> Nullable<IdSql>,
        ended_at -> Nullable<TimeSql>,
        ended_by -> Nullable<IdSql>,
        reviewed_at -> Nullable<TimeSql>,
        reviewed_by -> Nullable<IdSql>,
        outcome -> Nullable<Text>,
        note -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::db::types::{IdSql, TimeSql};

    shreds (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        ground -> Text,
        reason -> Nullable<Binary>,
        asked_by -> IdSql,
        asked_at -> TimeSql,
        ready_at -> TimeSql,
        withdrawn_at -> Nullable<TimeSql>,
        withdrawn_by -> Nullable<IdSql>,
        done_at -> Nullable<TimeSql>,
        approved_by -> Nullable<IdSql>,
        case_opened_at -> Nullable<TimeSql>,
        case_status -> Nullable<Text>,
        case_closing_reason -> Nullable<Text>,
        files -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::db::types::{IdSql, TimeSql};

    doomed_files (organisation_id, owner_id) {
        organisation_id -> IdSql,
        owner_id -> IdSql,
        until_at -> TimeSql,
        cleared_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::types::{IdSql, TimeSql};

    legal_holds (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        reason -> Binary,
        authority -> Nullable<Binary>,
        placed_by -> IdSql,
        placed_at -> TimeSql,
        ended_at -> Nullable<TimeSql>,
        ended_by -> Nullable<IdSql>,
        end_reason -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    retention_decisions (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        keep_until -> TimeSql,
        reason -> Binary,
        decided_by -> IdSql,
        decided_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::db::types::{IdSql, TimeSql};

    legal_bases (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        basis -> Text,
        terms -> Binary,
        from_at -> TimeSql,
        recorded_by -> IdSql,
        recorded_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::db::types::{IdSql, TimeSql};

    subject_accesses (organisation_id, id) {
        organisation_id -> IdSql,
        id -> IdSql,
        case_id -> IdSql,
        person_id -> IdSql,
        particulars -> Binary,
        made_by -> IdSql,
        made_at -> TimeSql,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organisations,
    organisation_keys,
    installation,
    data_keys,
    signing_keys,
    users,
    sessions,
    refresh_tokens,
    one_time_tokens,
    used_proofs,
    sign_in_failures,
    second_factors,
    recovery_codes,
    known_devices,
    duress_passwords,
    account_notices,
    cases,
    case_events,
    assignments,
    referrals,
    people,
    channels,
    imports,
    import_commits,
    case_estimates,
    messages,
    message_corrections,
    clues,
    sites,
    observations,
    actors,
    site_actors,
    operations,
    operation_cases,
    operation_members,
    operation_events,
    reports,
    check_ins,
    idempotency_keys,
    audit_events,
    audit_heads,
    audit_tiles,
    audit_checkpoints,
    channel_rule_changes,
    watches,
    watch_escalations,
    watch_pauses,
    alerts,
    alert_heads,
    alert_events,
    webhooks,
    deliveries,
    calendar_feeds,
    tasks,
    attachments,
    message_attachments,
    attachment_custody,
    uploads,
    upload_parts,
    storage_usage,
    consents,
    operation_waivers,
    case_areas,
    do_not_share,
    plan_reads,
    packs,
    pack_keys,
    lost_phones,
    sync_points,
    batch_items,
    break_glass,
    shreds,
    doomed_files,
    legal_holds,
    retention_decisions,
    legal_bases,
    subject_accesses,
);

// The board counts cases by who is on them and how urgent they are.
diesel::allow_columns_to_appear_in_same_group_by_clause!(assignments::user_id, cases::risk,);
