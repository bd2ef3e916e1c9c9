/**
 * The checker of generated classes: what a class may be made of, whatever the emitter did.
 *
 * <p>It shares nothing with the emitter and knows nothing of guest programs. A class that passes
 * touches guest memory only through accessors that check, or within a range that it checked before;
 * it calls only what {@link org.capvm.translator.check.AllowedMembers} names, and holds no state.
 * The types of values are the JVM verifier's business.
 */
package org.capvm.translator.check;
