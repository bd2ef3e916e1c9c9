/** What makes {@code cvm} start quickly: how its modules are laid out for the JVM. */
package org.capvm.intravisor.start;
