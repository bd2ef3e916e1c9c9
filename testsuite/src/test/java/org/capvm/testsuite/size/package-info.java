/** How much the suites do in a run, and how long that took. */
package org.capvm.testsuite.size;
