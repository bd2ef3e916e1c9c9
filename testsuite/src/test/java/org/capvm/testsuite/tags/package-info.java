/** The protocol of tags in memory: its real code, under every order of its steps. */
package org.capvm.testsuite.tags;
