/** Who answers what cVMs ask for. */
package org.capvm.intravisor.kernel;
