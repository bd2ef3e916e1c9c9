/**
 * The checker of generated classes: what a class may be made of, whatever the emitter did.
 *
 * <p>It shares nothing with the emitter and knows nothing of guest programs. A class that passes
 * touches guest memory only through accessors that check, or within a range that it checked before;
 * it calls only what {@link org.capvm.translator.check.AllowedMembers} names and methods of its own
 * file, and holds no state. The types of values are the JVM verifier's business.
 *
 * <h2>The rule of accesses within a range</h2>
 *
 * <ol>
 *   <li>A <em>base</em> is what a range check returned. How many bytes it checks is a constant.
 *   <li>A base lives in locals and on the JVM stack. It is compared with 0, dropped, or given to an
 *       accessor of {@code InRangeMemory} as its first argument; anything else is rejected.
 *   <li>An access has a base that a jump on every way to it found not to be 0. Where ways meet on
 *       which a local holds different things, one of them a base, it is good for nothing.
 *   <li>The offset is a constant {@code c} or {@code k * i + c}, computed without wrapping from one
 *       local {@code i} that holds constants, is incremented by constants, and is compared with
 *       constants. What the comparisons leave of it, multiplied and added, lies in the range.
 *   <li>A check of page permissions is good for its kind of access, until the next call that may
 *       poll. A check of bounds is good for ever.
 *   <li>Where stores have to clear tags, the class calls what clears them; accessors that leave
 *       tags need a base whose check found none, and no poll since then.
 *   <li>A method without capabilities that has an exception handler has neither range checks nor
 *       such accesses.
 * </ol>
 *
 * <h2>The rule of code with capabilities</h2>
 *
 * <ol>
 *   <li>A class names accessors that capabilities authorise, or those that rest on the window's
 *       bounds, never both. The accessors of the first kind contain every check of their authority,
 *       and clear tags; nothing that such a class may call makes a tag, or takes a seal away,
 *       without a check.
 *   <li>A range that a capability was asked for is repeated in <em>steps</em>, whose number was
 *       given in a local. The offset of an access is {@code stride * i + c}: {@code i} is not
 *       negative and, by a comparison, less than what this local holds, in which nothing was stored
 *       since. Or it is {@code c}, in the first step.
 *   <li>Such a range is good until the next call that may poll, store a capability, or change one
 *       that is in no register of the code.
 *   <li>A method starts by asking PCC for a range of addresses, and leaves if it says no. An
 *       instruction that may be refused lies in that range.
 *   <li>An environment call names an instruction in that range. Where it says no, the method
 *       returns at once; no handler catches what it throws.
 *   <li>From where PCC has changed, and from where a refusal is caught, no way leads to an access
 *       or to anything that makes or reads a capability: it stores registers, and leaves.
 * </ol>
 *
 * <p>That a register's address and the rest of its capability belong together, that an access has
 * the authority that its instruction names, and that the hart has all registers at an environment
 * call, is not proven.
 *
 * <h2>How it is proven</h2>
 *
 * <p>{@link org.capvm.translator.check.RangeProof} walks a method forward, in the order of its
 * code, and keeps at labels only bases and intervals of the locals that offsets are made of; those
 * are few, and found by failing without them ({@link org.capvm.translator.check.Hints}). So nearly
 * every label is visited once. An interval that grows around a loop grows to the next constant that
 * its local is compared with. Methods without bases are not walked at all.
 */
package org.capvm.translator.check;
