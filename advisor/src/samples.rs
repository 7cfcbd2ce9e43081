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

const SAMPLES: [Row; 14] = [
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
    Row {
        name: "consumer.env",
        about: "Environment of a container: a boolean that is none",
        text: ENVIRONMENT,
        slug: "env",
    },
    Row {
        name: "consumer.js",
        about: "KafkaJS: a heartbeat of half the session",
        text: JAVASCRIPT,
        slug: "javascript",
    },
    Row {
        name: "consumer.go",
        about: "Go with librdkafka: a property of the Java client",
        text: GO,
        slug: "go",
    },
    Row {
        name: "mule.xml",
        about: "MuleSoft: times in the connector's own units",
        text: MULE,
        slug: "xml",
    },
    Row {
        name: "orders.sql",
        about: "Flink: properties of a table's source",
        text: FLINK,
        slug: "sql",
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

const ENVIRONMENT: &str = "\
KAFKA_BOOTSTRAP_SERVERS=kafka-1:9092,kafka-2:9092
KAFKA_GROUP_ID=shipping
KAFKA_SESSION_TIMEOUT_MS=6000
KAFKA_HEARTBEAT_INTERVAL_MS=3000
KAFKA_ENABLE_AUTO_COMMIT=yes
";

const JAVASCRIPT: &str = "\
const { Kafka } = require('kafkajs')

const kafka = new Kafka({ clientId: 'mailer', brokers: ['kafka-1:9092', 'kafka-2:9092'] })
const consumer = kafka.consumer({
  groupId: 'mailer',
  sessionTimeout: 30000,
  heartbeatInterval: 15000,
})
await consumer.subscribe({ topic: 'mails', fromBeginning: true })
";

const GO: &str = "\
package main

import \"github.com/confluentinc/confluent-kafka-go/v2/kafka\"

func main() {
	consumer, err := kafka.NewConsumer(&kafka.ConfigMap{
		\"bootstrap.servers\":     \"kafka-1:9092,kafka-2:9092\",
		\"group.id\":              \"thumbnails\",
		\"session.timeout.ms\":    6000,
		\"heartbeat.interval.ms\": 3000,
		\"max.poll.records\":      500,
	})
}
";

const MULE: &str = "\
<mule xmlns:kafka=\"http://www.mulesoft.org/schema/mule/kafka\">
  <kafka:consumer-config name=\"orders\">
    <kafka:consumer-plaintext-connection groupId=\"orders\" sessionTimeout=\"30\" sessionTimeoutTimeUnit=\"SECONDS\" heartbeatInterval=\"15\" heartbeatIntervalTimeUnit=\"SECONDS\">
      <kafka:bootstrap-servers>
        <kafka:bootstrap-server value=\"kafka-1:9092\" />
      </kafka:bootstrap-servers>
    </kafka:consumer-plaintext-connection>
  </kafka:consumer-config>
</mule>
";

const FLINK: &str = "\
CREATE TABLE orders (id BIGINT, total DECIMAL(10, 2)) WITH (
  'connector' = 'kafka',
  'topic' = 'orders',
  'properties.bootstrap.servers' = 'kafka-1:9092,kafka-2:9092',
  'properties.group.id' = 'reports',
  'properties.session.timeout.ms' = '30000',
  'properties.enable.auto.commit' = 'true',
  'format' = 'json'
);
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, answer};
    use std::collections::BTreeSet;

    #[test]
    fn every_format_has_a_sample_in_which_something_is_found() {
        let mut formats = BTreeSet::new();
        for sample in samples() {
            let answer = answer(&Request::of(&sample.text));
            assert!(!answer.findings.is_empty(), "{}", sample.slug);
            formats.insert(answer.readings[0].format.clone());
        }
        let all = answer(&Request::default()).formats;
        assert_eq!(formats, all.into_iter().collect());
    }
}
