/**
 * Groups in, Kafka's own assignments out, a line of JSON each.
 *
 * <p>Only the public interfaces of the released jars are used; where they differ between releases,
 * reflection finds what there is.
 */
package lab.conformance.assignors;
