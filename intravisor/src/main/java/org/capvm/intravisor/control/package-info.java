/** Sockets on which detached deployments are asked how they are, and told to stop. */
package org.capvm.intravisor.control;
