package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which direct jumps between functions must not become JVM calls, so that any number of them runs
 * in constant JVM stack: those on a cycle of such jumps (strongly connected components: Tarjan,
 * iterative), and those that would make a chain of calls long.
 */
final class TailCallCycles {
  /**
   * How many JVM frames a chain of jumps may have. The stack pointer does not move along a chain,
   * so each of a recursive function's guest frames may carry one. Real chains have two or three.
   */
  private static final int LONGEST_CHAIN = 8;

  private static final class Node {
    final List<FunctionSummary> targets = new ArrayList<>();
    int index = -1;
    int low;
    int nextTarget;
    boolean onStack;
    int component = -1;

    /** JVM frames of the longest chain of jumps that starts here. */
    int chain = 1;
  }

  private final Map<FunctionSummary, Node> nodes = new HashMap<>();
  private final ArrayDeque<Node> stack = new ArrayDeque<>();
  private int nextIndex;
  private int components;

  TailCallCycles(ProgramAnalysis program) {
    for (FunctionSummary f : program.summaries()) {
      Node node = new Node();
      FlowGraph graph = f.graph();
      for (int b = 0; b < graph.size(); b++) {
        for (long target : graph.exits(b)) {
          FunctionSummary callee = program.at(target);
          if (callee != null) {
            node.targets.add(callee);
          }
        }
      }
      nodes.put(f, node);
    }
    for (FunctionSummary f : program.summaries()) {
      if (nodes.get(f).index < 0) {
        visit(nodes.get(f));
      }
    }
  }

  private void visit(Node root) {
    ArrayDeque<Node> path = new ArrayDeque<>();
    enter(root, path);
    while (!path.isEmpty()) {
      Node node = path.peek();
      if (node.nextTarget < node.targets.size()) {
        Node target = nodes.get(node.targets.get(node.nextTarget++));
        if (target.index < 0) {
          enter(target, path);
        } else if (target.onStack) {
          node.low = Math.min(node.low, target.index);
        }
      } else {
        path.pop();
        if (!path.isEmpty()) {
          path.peek().low = Math.min(path.peek().low, node.low);
        }
        if (node.low == node.index) {
          closeComponent(node);
        }
      }
    }
  }

  private void enter(Node node, ArrayDeque<Node> path) {
    node.index = nextIndex++;
    node.low = node.index;
    node.onStack = true;
    stack.push(node);
    path.push(node);
  }

  private void closeComponent(Node root) {
    List<Node> members = new ArrayList<>();
    Node member;
    do {
      member = stack.pop();
      member.onStack = false;
      member.component = components;
      members.add(member);
    } while (member != root);
    components++;
    // The components that this one jumps to are closed: their chains are known.
    for (Node from : members) {
      for (FunctionSummary target : from.targets) {
        Node to = nodes.get(target);
        if (!mustReturn(from, to)) {
          from.chain = Math.max(from.chain, to.chain + 1);
        }
      }
    }
  }

  private static boolean mustReturn(Node from, Node to) {
    return from.component == to.component || to.chain >= LONGEST_CHAIN;
  }

  /** Whether a jump from one function to another is left to the caller of the first. */
  boolean mustReturn(FunctionSummary from, FunctionSummary to) {
    return mustReturn(nodes.get(from), nodes.get(to));
  }
}
