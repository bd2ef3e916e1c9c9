package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Strongly connected components of the graph of direct jumps between functions (Tarjan, iterative).
 */
final class TailCallCycles {
  private static final class Node {
    final List<FunctionSummary> targets = new ArrayList<>();
    int index = -1;
    int low;
    int nextTarget;
    boolean onStack;
    int component = -1;
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
    Node member;
    do {
      member = stack.pop();
      member.onStack = false;
      member.component = components;
    } while (member != root);
    components++;
  }

  /** Whether two functions, one of which jumps to the other, are on a cycle. */
  boolean sameCycle(FunctionSummary from, FunctionSummary to) {
    return nodes.get(from).component == nodes.get(to).component;
  }
}
