/** The benchmarks of {@code cvm bench}: what cVMs share measured against what processes share. */
package org.capvm.intravisor.bench;
