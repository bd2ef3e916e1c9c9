/** Guests that try to break out: by races, by addresses, by what they do with capabilities. */
package org.capvm.testsuite.attack;
