/** Block devices. */
package org.capvm.intravisor.disk;
