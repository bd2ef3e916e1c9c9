/** Several cVMs that run together, as a configuration asks for them. */
package org.capvm.intravisor.deployment;
