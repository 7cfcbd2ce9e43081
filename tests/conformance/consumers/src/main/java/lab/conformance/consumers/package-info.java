/** Asks released Kafka whether a consumer can be made of some properties. */
package lab.conformance.consumers;
