package org.capvm.translator.analyse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A natural loop without another one inside: it is entered at its head only, and every cycle of its
 * blocks goes through the head.
 *
 * @param head the block that dominates the others
 * @param blocks the head first, then each block behind all its predecessors in the loop
 */
record InnermostLoop(int head, List<Integer> blocks) {

  /** The innermost loops of a function, or of other code with one entry. */
  static List<InnermostLoop> of(ControlFlow graph) {
    return new Finder(graph).find();
  }

  private static final class Finder {
    private final ControlFlow graph;
    private final int[] order;
    private final int[] position;
    private final List<List<Integer>> predecessors = new ArrayList<>();
    private final int[] dominator;

    Finder(ControlFlow graph) {
      this.graph = graph;
      this.position = new int[graph.size()];
      this.dominator = new int[graph.size()];
      this.order = reversePostorder();
      for (int b = 0; b < graph.size(); b++) {
        predecessors.add(new ArrayList<>());
      }
      for (int b : order) {
        for (int s : graph.successors(b)) {
          predecessors.get(s).add(b);
        }
      }
      solveDominators();
    }

    /** The reachable blocks; {@code position} is -1 for the others. */
    private int[] reversePostorder() {
      Arrays.fill(position, -1);
      int[] found = new int[graph.size()];
      int[] stack = new int[graph.size()];
      int[] nextSuccessor = new int[graph.size()];
      BitSet seen = new BitSet();
      int depth = 0;
      int from = graph.size();
      stack[depth++] = graph.entry();
      seen.set(graph.entry());
      while (depth > 0) {
        int b = stack[depth - 1];
        int[] successors = graph.successors(b);
        if (nextSuccessor[b] < successors.length) {
          int s = successors[nextSuccessor[b]++];
          if (!seen.get(s)) {
            seen.set(s);
            stack[depth++] = s;
          }
        } else {
          depth--;
          found[--from] = b;
        }
      }
      int[] reachable = Arrays.copyOfRange(found, from, found.length);
      for (int k = 0; k < reachable.length; k++) {
        position[reachable[k]] = k;
      }
      return reachable;
    }

    /** Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm". */
    private void solveDominators() {
      Arrays.fill(dominator, -1);
      dominator[graph.entry()] = graph.entry();
      boolean changed = true;
      while (changed) {
        changed = false;
        for (int b : order) {
          if (b == graph.entry()) {
            continue;
          }
          int common = -1;
          for (int p : predecessors.get(b)) {
            if (dominator[p] >= 0) {
              common = common < 0 ? p : commonDominator(common, p);
            }
          }
          if (common != dominator[b]) {
            dominator[b] = common;
            changed = true;
          }
        }
      }
    }

    private int commonDominator(int a, int b) {
      int x = a;
      int y = b;
      while (x != y) {
        if (position[x] > position[y]) {
          x = dominator[x];
        } else {
          y = dominator[y];
        }
      }
      return x;
    }

    private boolean dominates(int a, int b) {
      int x = b;
      while (position[x] > position[a]) {
        x = dominator[x];
      }
      return x == a;
    }

    List<InnermostLoop> find() {
      List<InnermostLoop> loops = new ArrayList<>();
      for (int head : order) {
        BitSet body = new BitSet();
        for (int tail : predecessors.get(head)) {
          if (dominates(head, tail)) {
            addBlocksThatReach(tail, head, body);
          }
        }
        List<Integer> blocks = body.stream().boxed().sorted(this::byPosition).toList();
        if (!blocks.isEmpty() && everyCycleGoesThrough(head, body)) {
          loops.add(new InnermostLoop(head, blocks));
        }
      }
      return loops;
    }

    private int byPosition(int a, int b) {
      return Integer.compare(position[a], position[b]);
    }

    private void addBlocksThatReach(int tail, int head, BitSet body) {
      List<Integer> work = new ArrayList<>();
      body.set(head);
      work.add(tail);
      while (!work.isEmpty()) {
        int b = work.removeLast();
        if (!body.get(b)) {
          body.set(b);
          work.addAll(predecessors.get(b));
        }
      }
    }

    private boolean everyCycleGoesThrough(int head, BitSet body) {
      return body.stream()
          .allMatch(
              b ->
                  Arrays.stream(graph.successors(b))
                      .allMatch(s -> s == head || !body.get(s) || position[s] > position[b]));
    }
  }
}
