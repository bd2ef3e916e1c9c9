package org.capvm.intravisor.kernel.host.file;

/**
 * What a path was resolved to: a name in a folder, or the folder itself.
 *
 * @param folder of which this place owns a reference
 * @param name the last component, or null for the folder itself
 * @param folderRequired whether the path ended with a slash, so that only a folder will do
 * @param error when the path could not be resolved; the folder is then null
 */
public record Place(Folder folder, String name, boolean folderRequired, long error)
    implements AutoCloseable {
  static Place failed(long error) {
    return new Place(null, null, false, error);
  }

  @Override
  public void close() {
    if (folder != null) {
      folder.release();
    }
  }
}
