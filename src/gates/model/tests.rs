use proptest::prelude::*;

use super::*;

const NOW: Time = Time::constant(1_800_000_000);
const HOUR: i64 = 3_600;

fn id(n: u128) -> Id {
    Id::from_slice(&n.to_be_bytes()).unwrap()
}

fn ago(hours: i64) -> Option<Time> {
    Some(NOW.plus_seconds(-hours * HOUR))
}

/// A victim for whom every gate is open.
fn victim(n: u128) -> VictimFacts {
    VictimFacts {
        id: id(n),
        has_channel: true,
        last_sign_of_life_at: ago(5),
        consent: Some((id(n + 1_000), None)),
        documents: vec![DocumentState::Ready],
    }
}

fn case(n: u128, victims: Vec<VictimFacts>) -> CaseFacts {
    CaseFacts { id: id(n), newest_clue_at: ago(20), is_elsewhere: false, victims }
}

/// What leaves every gate open.
fn ready(cases: Vec<CaseFacts>) -> Facts {
    Facts {
        now: NOW,
        clue_max_age_hours: 336,
        contact_max_age_hours: 72,
        cases,
        has_abort_criteria: true,
        receiving: Some(true),
        approval: Approval::Given,
    }
}

fn closed(facts: &Facts) -> Vec<Gate> {
    Gate::ALL.iter().copied().filter(|gate| !judge(*gate, facts).is_open).collect()
}

fn one() -> Facts {
    ready(vec![case(1, vec![victim(2), victim(3)])])
}

#[test]
fn each_thing_that_is_wrong_closes_its_gate_and_no_other() {
    assert_eq!(closed(&one()), []);
    let wrong = |change: fn(&mut Facts)| {
        let mut facts = one();
        change(&mut facts);
        closed(&facts)
    };
    assert_eq!(wrong(|facts| facts.cases[0].newest_clue_at = None), [Gate::FreshClues]);
    assert_eq!(wrong(|facts| facts.cases[0].newest_clue_at = ago(337)), [Gate::FreshClues]);
    assert_eq!(wrong(|facts| facts.cases[0].is_elsewhere = true), [Gate::FreshClues]);
    assert_eq!(
        wrong(|facts| facts.cases[0].victims[1].last_sign_of_life_at = ago(73)),
        [Gate::RecentContact]
    );
    assert_eq!(wrong(|facts| facts.cases[0].victims[0].last_sign_of_life_at = None), [Gate::RecentContact]);
    assert_eq!(wrong(|facts| facts.cases[0].victims[1].consent = None), [Gate::Consent]);
    assert_eq!(wrong(|facts| facts.cases[0].victims[0].documents.clear()), [Gate::ExitDocuments]);
    assert_eq!(
        wrong(|facts| facts.cases[0].victims[0].documents.push(DocumentState::Missing)),
        [Gate::ExitDocuments]
    );
    assert_eq!(wrong(|facts| facts.has_abort_criteria = false), [Gate::AbortCriteria]);
    assert_eq!(wrong(|facts| facts.receiving = Some(false)), [Gate::Receiving]);
    assert_eq!(wrong(|facts| facts.receiving = None), [Gate::Receiving]);
    for approval in
        [Approval::Missing, Approval::OfAnotherPlan, Approval::ObjectedTo(Objection::NoCoordinator)]
    {
        assert_eq!(closed(&Facts { approval, ..one() }), [Gate::SecondApprover]);
    }
}

#[test]
fn an_age_at_the_limit_is_not_too_old() {
    let mut facts = one();
    facts.cases[0].newest_clue_at = ago(336);
    facts.cases[0].victims[0].last_sign_of_life_at = ago(72);
    assert_eq!(closed(&facts), []);
}

#[test]
fn whoever_has_no_channel_is_spoken_for_by_the_others_of_the_same_case_only() {
    let mut facts = ready(vec![case(1, vec![victim(2), victim(3)]), case(4, vec![victim(5)])]);
    facts.cases[0].victims[1].has_channel = false;
    facts.cases[0].victims[1].last_sign_of_life_at = None;
    assert_eq!(closed(&facts), []);
    facts.cases[1].victims[0].has_channel = false;
    facts.cases[1].victims[0].last_sign_of_life_at = None;
    assert_eq!(closed(&facts), [Gate::RecentContact]);
}

#[test]
fn documents_that_are_under_way_or_not_needed_do() {
    let mut facts = one();
    facts.cases[0].victims[0].documents = vec![DocumentState::Applied, DocumentState::Ready];
    facts.cases[0].victims[1].documents = vec![DocumentState::NotNeeded];
    assert_eq!(closed(&facts), []);
}

#[test]
fn an_operation_for_nobody_is_not_ready() {
    let asked = [Gate::FreshClues, Gate::RecentContact, Gate::Consent, Gate::ExitDocuments];
    assert_eq!(closed(&ready(Vec::new())), asked);
    let deserted = ready(vec![case(1, vec![victim(2)]), case(3, Vec::new())]);
    assert_eq!(closed(&deserted), asked[1..]);
}

#[test]
fn every_kind_asks_for_a_second_person_and_for_when_to_stop() {
    for kind in OperationKind::ALL {
        let gates = gates_of(*kind);
        assert!(gates.contains(&Gate::SecondApprover) && gates.contains(&Gate::AbortCriteria), "{kind}");
        assert!(gates.is_sorted(), "{kind}");
    }
    assert_eq!(gates_of(OperationKind::Extraction), Gate::ALL);
    assert!(!Gate::SecondApprover.can_be_waived());
}

proptest! {
    #[test]
    fn a_gate_that_is_decided_by_person_is_open_exactly_when_everybody_leaves_it_open(
        people in proptest::collection::vec((any::<bool>(), any::<bool>(), 0..200_i64, any::<bool>()), 1..6)
    ) {
        let victims = people.iter().zip(1_u128..).map(|((channel, consent, hours, papers), n)| VictimFacts {
            has_channel: *channel,
            last_sign_of_life_at: ago(*hours).filter(|_| *channel),
            consent: victim(n).consent.filter(|_| *consent),
            documents: if *papers { vec![DocumentState::Ready] } else { Vec::new() },
            ..victim(n)
        });
        let facts = ready(vec![case(100, victims.collect())]);
        for gate in [Gate::RecentContact, Gate::Consent, Gate::ExitDocuments] {
            let verdict = judge(gate, &facts);
            let found = verdict.people.unwrap();
            prop_assert_eq!(found.len(), people.len());
            prop_assert_eq!(verdict.is_open, found.iter().all(|person| person.open));
        }
        prop_assert_eq!(judge(Gate::Consent, &facts).is_open, people.iter().all(|person| person.1));
    }
}
