//! Makes a case small that shows a difference.
//!
//! Members, topics, claims, racks and partitions go one after the other, big pieces first, for as
//! long as the two sides still differ in some way. What is left is small and not always the
//! smallest that there is.

use anyhow::Result;

use crate::case::{Case, ClientCase, ServerCase};

/// More tries than any shrinking needs that gets anywhere.
const MOST_TRIES: usize = 20_000;

/// The smallest case that can be reached from `case` by leaving out, one thing at a time, while
/// `differs` holds. It holds for `case` itself.
pub fn shrink(case: Case, mut differs: impl FnMut(&Case) -> Result<bool>) -> Result<Case> {
    let mut smallest = case;
    let mut tries = 0;
    loop {
        let mut smaller = None;
        for candidate in candidates(&smallest) {
            tries += 1;
            if tries > MOST_TRIES {
                break;
            }
            if differs(&candidate)? {
                smaller = Some(candidate);
                break;
            }
        }
        match smaller {
            Some(candidate) => smallest = candidate,
            None => return Ok(smallest),
        }
    }
}

/// Everything that can be left out of a case, each by itself, the most promising first.
fn candidates(case: &Case) -> Box<dyn Iterator<Item = Case> + '_> {
    match case {
        Case::Client(case) => Box::new(client(case).map(Case::Client)),
        Case::Server(case) => Box::new(server(case).map(Case::Server)),
    }
}

/// Runs of `length` places to leave out: halves, quarters, down to one.
fn runs(length: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let sizes = std::iter::successors(Some(length / 2), |size| Some(size / 2));
    let sizes = sizes
        .take_while(|&size| size > 1)
        .chain((length > 0).then_some(1));
    sizes.flat_map(move |size| {
        let starts = (0..length).step_by(size);
        starts.map(move |start| start..length.min(start + size))
    })
}

/// `original` after `change`, unless that changes nothing.
fn changed<T: Clone + PartialEq>(original: &T, change: impl FnOnce(&mut T)) -> Option<T> {
    let mut copy = original.clone();
    change(&mut copy);
    (copy != *original).then_some(copy)
}

fn client(case: &ClientCase) -> impl Iterator<Item = ClientCase> + '_ {
    let members = runs(case.members.len()).filter_map(|run| {
        changed(case, |case| {
            case.members.drain(run);
        })
    });
    let topics = (0..case.topics.len()).filter_map(|place| {
        changed(case, |case| {
            case.topics.remove(place);
        })
    });
    members
        .chain(topics)
        .chain(client_topics(case))
        .chain(client_members(case))
}

/// Racks and partitions of each topic.
fn client_topics(case: &ClientCase) -> impl Iterator<Item = ClientCase> + '_ {
    (0..case.topics.len()).flat_map(move |place| {
        let partitions = case.topics.get(place).map_or(0, |topic| topic.partitions);
        let fewer = [partitions / 2, partitions.saturating_sub(1)];
        let fewer = fewer.into_iter().filter_map(move |partitions| {
            changed(case, |case| {
                if let Some(topic) = case.topics.get_mut(place) {
                    topic.partitions = partitions;
                    if let Some(racks) = &mut topic.racks {
                        racks.truncate(usize::try_from(partitions).unwrap_or(usize::MAX));
                    }
                }
            })
        });
        let rackless = changed(case, |case| {
            if let Some(topic) = case.topics.get_mut(place) {
                topic.racks = None;
            }
        });
        let topic = case.topics.get(place);
        let racks = topic.and_then(|topic| topic.racks.as_ref());
        let fewer_racks = (0..racks.map_or(0, Vec::len)).filter_map(move |partition| {
            changed(case, |case| {
                let topic = case.topics.get_mut(place);
                let racks = topic.and_then(|topic| topic.racks.as_mut());
                if let Some(racks) = racks.and_then(|racks| racks.get_mut(partition)) {
                    racks.pop();
                }
            })
        });
        fewer.chain(rackless).chain(fewer_racks)
    })
}

/// What each member says about itself.
fn client_members(case: &ClientCase) -> impl Iterator<Item = ClientCase> + '_ {
    case.members
        .iter()
        .enumerate()
        .flat_map(move |(place, member)| {
            let edit = move |change: &dyn Fn(&mut crate::case::ClientMember)| {
                changed(case, |case| {
                    if let Some(member) = case.members.get_mut(place) {
                        change(member);
                    }
                })
            };
            let plain = [
                edit(&|member| member.owned.clear()),
                edit(&|member| member.generation = None),
                edit(&|member| member.rack = None),
                edit(&|member| member.instance = None),
            ];
            let subscription = (0..member.subscription.len()).filter_map(move |topic| {
                edit(&|member| {
                    member.subscription.remove(topic);
                })
            });
            let topics = (0..member.owned.len()).filter_map(move |topic| {
                edit(&|member| {
                    member.owned.shift_remove_index(topic);
                })
            });
            let claims = member.owned.values().enumerate();
            let claims = claims.flat_map(move |(topic, partitions)| {
                (0..partitions.len()).filter_map(move |partition| {
                    edit(&|member| {
                        if let Some((_, partitions)) = member.owned.get_index_mut(topic) {
                            partitions.remove(partition);
                        }
                    })
                })
            });
            let plain = plain.into_iter().flatten();
            plain.chain(topics).chain(subscription).chain(claims)
        })
}

fn server(case: &ServerCase) -> impl Iterator<Item = ServerCase> + '_ {
    let members = runs(case.members.len()).filter_map(|run| {
        changed(case, |case| {
            case.members.drain(run);
        })
    });
    // A topic goes from subscriptions and assignments too: nobody can name one that isn't there.
    let topics = (0..case.topics.len()).filter_map(|place| {
        changed(case, |case| {
            if let Some((topic, _)) = case.topics.shift_remove_index(place) {
                for member in &mut case.members {
                    member.topics.retain(|known| *known != topic);
                    member.current.retain(|(known, _)| *known != topic);
                }
            }
        })
    });
    let partitions = case.topics.iter().flat_map(move |(topic, &partitions)| {
        let fewer = [partitions / 2, partitions.saturating_sub(1)];
        fewer
            .into_iter()
            .filter_map(move |fewer| changed(case, |case| resize(case, topic, fewer)))
    });
    let details = case
        .members
        .iter()
        .enumerate()
        .flat_map(move |(place, member)| {
            let edit = move |change: &dyn Fn(&mut crate::case::ServerMember)| {
                changed(case, |case| {
                    if let Some(member) = case.members.get_mut(place) {
                        change(member);
                    }
                })
            };
            let plain = [
                edit(&|member| member.current.clear()),
                edit(&|member| member.instance_id = None),
            ];
            let current = (0..member.current.len()).filter_map(move |topic| {
                edit(&|member| {
                    member.current.remove(topic);
                })
            });
            let subscribed = &member.topics;
            let heterogeneous =
                case.subscription_type == crate::case::SubscriptionType::Heterogeneous;
            let subscription = (0..subscribed.len()).filter(move |_| heterogeneous);
            let subscription = subscription.filter_map(move |topic| {
                edit(&|member| {
                    member.topics.remove(topic);
                })
            });
            plain
                .into_iter()
                .flatten()
                .chain(current)
                .chain(subscription)
        });
    members.chain(topics).chain(partitions).chain(details)
}

/// Gives a topic fewer partitions, and takes those that are gone from whoever has them.
fn resize(case: &mut ServerCase, topic: &str, partitions: u32) {
    if let Some(known) = case.topics.get_mut(topic) {
        *known = partitions;
    }
    for member in &mut case.members {
        for (known, list) in &mut member.current {
            if known == topic {
                list.retain(|&partition| partition < partitions);
            }
        }
        member.current.retain(|(_, list)| !list.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use crate::answer::Answer;
    use crate::generate;
    use crate::plan::{SOURCES, Source};

    use super::*;

    fn cases(assignor: &str) -> Vec<Case> {
        let mut cases = Vec::new();
        let sources = SOURCES.iter().filter(|source| source.assignor == assignor);
        for &source in sources.collect::<Vec<&Source>>() {
            for group in 0..20 {
                generate::group(1, source, group, &mut |case| {
                    cases.push(case);
                    Answer::Absent(true)
                });
            }
        }
        cases
    }

    /// Stands for a fault that shows with two members that claim `t`'s partition 2 or a later one.
    fn two_claim(case: &Case) -> bool {
        let Case::Client(case) = case else {
            return false;
        };
        let claims = case.members.iter().filter(|member| {
            let mut lists = member.owned.values();
            lists.any(|list| list.iter().any(|&partition| partition >= 2))
        });
        claims.count() >= 2 && !case.topics.is_empty()
    }

    #[test]
    fn what_is_left_is_what_the_fault_needs() {
        let mut shrunk = 0;
        for case in cases("sticky").into_iter().filter(two_claim) {
            let Case::Client(small) = shrink(case, |case| Ok(two_claim(case))).unwrap() else {
                panic!("a client's case stays one");
            };
            assert_eq!(small.members.len(), 2, "{small:?}");
            assert_eq!(small.topics.len(), 1, "{small:?}");
            assert_eq!(small.topics[0].partitions, 0, "{small:?}");
            for member in small.members {
                assert_eq!(member.owned.values().map(Vec::len).sum::<usize>(), 1);
                assert_eq!(member.generation, None);
                assert_eq!(member.instance, None);
                assert!(member.subscription.is_empty());
            }
            shrunk += 1;
        }
        assert!(shrunk > 10, "{shrunk}");
    }

    #[test]
    fn a_server_case_shrinks_to_one_member_with_one_partition() {
        let holds = |case: &Case| {
            let Case::Server(case) = case else {
                return false;
            };
            let mut members = case.members.iter();
            members.any(|member| member.current.iter().any(|(_, list)| list.len() > 3))
        };
        let mut shrunk = 0;
        for case in cases("server-uniform")
            .into_iter()
            .filter(|case| holds(case))
        {
            let Case::Server(small) = shrink(case, |case| Ok(holds(case))).unwrap() else {
                panic!("a server's case stays one");
            };
            assert_eq!((small.members.len(), small.topics.len()), (1, 1));
            assert_eq!(small.members[0].current[0].1.len(), 4);
            shrunk += 1;
        }
        assert!(shrunk > 3, "{shrunk}");
    }

    #[test]
    fn an_error_ends_it() {
        let case = cases("range").remove(0);
        assert!(shrink(case, |_| anyhow::bail!("no answer")).is_err());
    }

    #[test]
    fn runs_cover_everything_at_every_size() {
        let found: Vec<_> = runs(5).collect();
        assert_eq!(found, [0..2, 2..4, 4..5, 0..1, 1..2, 2..3, 3..4, 4..5]);
        assert_eq!(runs(0).count(), 0);
        assert_eq!(runs(1).next(), Some(0..1));
        assert_eq!(runs(1).count(), 1);
    }
}
