//! Texts to start from.

use crate::answer::Sample;

/// All of them, in the order of the page.
pub(crate) fn samples() -> Vec<Sample> {
    let sample = |row: &Row| Sample {
        name: row.name.to_owned(),
        about: row.about.to_owned(),
        text: row.text.to_owned(),
        slug: row.slug.to_owned(),
    };
    SAMPLES.iter().map(sample).collect()
}

struct Row {
    name: &'static str,
    about: &'static str,
    text: &'static str,
    slug: &'static str,
}

const SAMPLES: [Row; 9] = [
    Row {
        name: "orders.properties",
        about: "A consumer with a slow heartbeat, a typo and an eager assignor",
        text: ORDERS,
        slug: "orders",
    },
    Row {
        name: "heartbeat 10 s, session 30 s",
        about: "Exactly a third: allowed, and no reserve",
        text: TEN_OF_THIRTY,
        slug: "10000-30000",
    },
    Row {
        name: "heartbeat 15 s, session 30 s",
        about: "Two heartbeats in a session",
        text: FIFTEEN_OF_THIRTY,
        slug: "15000-30000",
    },
    Row {
        name: "heartbeat 30 s, session 30 s",
        about: "The client refuses to start",
        text: THIRTY_OF_THIRTY,
        slug: "30000-30000",
    },
    Row {
        name: "application.yml",
        about: "Spring Boot: a listener that is slower than its poll interval",
        text: SPRING,
        slug: "spring",
    },
    Row {
        name: "Orders.java",
        about: "Java: classic timeouts under the consumer protocol",
        text: JAVA,
        slug: "java",
    },
    Row {
        name: "consumer.py",
        about: "Python with librdkafka: a property of the Java client, and a short session",
        text: PYTHON,
        slug: "python",
    },
    Row {
        name: "deployment.yaml",
        about: "Kubernetes: static members in a Deployment",
        text: DEPLOYMENT,
        slug: "deployment",
    },
    Row {
        name: "sink.json",
        about: "Kafka Connect: a connector that overrides its consumer",
        text: CONNECTOR,
        slug: "connector",
    },
];

const SPRING: &str = "\
spring:
  kafka:
    bootstrap-servers: kafka-1:9092,kafka-2:9092
    consumer:
      group-id: invoices
      enable-auto-commit: true
      max-poll-records: 2000
      properties:
        max.poll.interval.ms: 30000
        session.timeout.ms: 45000
        partition.assignment.strategy: org.apache.kafka.clients.consumer.CooperativeStickyAssignor
    listener:
      concurrency: 3
      ack-mode: batch
";

const JAVA: &str = "\
Properties props = new Properties();
props.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, \"kafka-1:9092,kafka-2:9092\");
props.put(ConsumerConfig.GROUP_ID_CONFIG, \"orders\");
props.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, \"consumer\");
props.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 30_000);
props.put(\"max.poll.interval.ms\", System.getenv(\"MAX_POLL\"));
props.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
props.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
var consumer = new KafkaConsumer<String, String>(props);
";

const PYTHON: &str = "\
from confluent_kafka import Consumer

consumer = Consumer({
    'bootstrap.servers': 'kafka-1:9092,kafka-2:9092',
    'group.id': 'clicks',
    'session.timeout.ms': 6000,
    'heartbeat.interval.ms': 3000,
    'max.poll.records': 500,
    'enable.auto.commit': True,
    'auto.offset.reset': 'earliest',
})
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: payments
spec:
  replicas: 4
  template:
    spec:
      terminationGracePeriodSeconds: 10
      containers:
        - name: payments
          image: payments:7
          env:
            - name: KAFKA_BOOTSTRAP_SERVERS
              value: kafka-1:9092,kafka-2:9092
            - name: KAFKA_GROUP_ID
              value: payments
            - name: KAFKA_GROUP_INSTANCE_ID
              value: payments-0
            - name: KAFKA_SESSION_TIMEOUT_MS
              value: \"10000\"
";

const CONNECTOR: &str = "\
{
  \"name\": \"orders-sink\",
  \"config\": {
    \"connector.class\": \"io.confluent.connect.jdbc.JdbcSinkConnector\",
    \"tasks.max\": \"6\",
    \"topics\": \"orders\",
    \"consumer.override.max.poll.records\": \"5000\",
    \"consumer.override.max.poll.interval.ms\": \"60000\",
    \"consumer.override.group.id\": \"orders-sink\"
  }
}
";

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
