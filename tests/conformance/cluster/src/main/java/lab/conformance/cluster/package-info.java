/**
 * A broker, its operator and the members of a group: the processes that a recording consists of.
 *
 * <p>Each reads commands from standard input, one a line, and ends when that input ends. So none
 * outlives the program that started it, however that program ends.
 */
package lab.conformance.cluster;
