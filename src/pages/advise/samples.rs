//! Texts to start from.

/// A text to start from.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its name on the button.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The text.
    pub text: &'static str,
    /// Name for tests.
    pub slug: &'static str,
}

/// All of them, in the order of the page.
pub const SAMPLES: [Sample; 4] = [
    Sample {
        name: "orders.properties",
        about: "A consumer with a slow heartbeat, a typo and an eager assignor",
        text: ORDERS,
        slug: "orders",
    },
    Sample {
        name: "heartbeat 10 s, session 30 s",
        about: "Exactly a third: allowed, and no reserve",
        text: TEN_OF_THIRTY,
        slug: "10000-30000",
    },
    Sample {
        name: "heartbeat 15 s, session 30 s",
        about: "Two heartbeats in a session",
        text: FIFTEEN_OF_THIRTY,
        slug: "15000-30000",
    },
    Sample {
        name: "heartbeat 30 s, session 30 s",
        about: "The client refuses to start",
        text: THIRTY_OF_THIRTY,
        slug: "30000-30000",
    },
];

const ORDERS: &str = "\
# orders service, consumer
bootstrap.servers=kafka-1:9092,kafka-2:9092
group.id=orders
group.instance.id=orders-0
# one heartbeat in half a session is plenty
session.timeout.ms=30000
heartbeat.interval.ms=15000
# as many as one poll can carry
max.poll.records=500
enable.auto.commit=false
auto.offset.rest=earliest
partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor
key.deserializer=org.apache.kafka.common.serialization.StringDeserializer
value.deserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer
";

const TEN_OF_THIRTY: &str = "\
bootstrap.servers=localhost:9092
group.id=event-processor
partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor
session.timeout.ms=30000
heartbeat.interval.ms=10000
max.poll.interval.ms=300000
max.poll.records=50
auto.offset.reset=earliest
key.deserializer=org.apache.kafka.common.serialization.StringDeserializer
value.deserializer=org.apache.kafka.common.serialization.StringDeserializer
";

const FIFTEEN_OF_THIRTY: &str = "\
bootstrap.servers=localhost:9092
group.id=event-processor
session.timeout.ms=30000
heartbeat.interval.ms=15000
key.deserializer=org.apache.kafka.common.serialization.StringDeserializer
value.deserializer=org.apache.kafka.common.serialization.StringDeserializer
";

const THIRTY_OF_THIRTY: &str = "\
bootstrap.servers=localhost:9092
group.id=event-processor
session.timeout.ms=30000
heartbeat.interval.ms=30000
key.deserializer=org.apache.kafka.common.serialization.StringDeserializer
value.deserializer=org.apache.kafka.common.serialization.StringDeserializer
";
