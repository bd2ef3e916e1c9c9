/** Files that say which cVMs shall run. */
package org.capvm.intravisor.configuration;
