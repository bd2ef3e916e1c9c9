/** Micro-benchmarks of the runtime; {@code bench/run jmh} runs them. */
package org.capvm.bench.jmh;
