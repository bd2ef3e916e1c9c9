/** The wall between cVMs, attacked by hostcalls that real guests make beside a victim. */
package org.capvm.testsuite.hostcall;
