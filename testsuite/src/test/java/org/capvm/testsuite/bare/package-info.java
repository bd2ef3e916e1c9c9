/** Bare cVMs: their hostcalls, their life cycle, and what they leave behind. */
package org.capvm.testsuite.bare;
