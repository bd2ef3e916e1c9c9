/** cVMs: what they are made of, how they run and end. */
package org.capvm.intravisor.cvm;
