# Hashes, regular expressions, sorting, closures, pack, sprintf and formats of numbers.
use strict;
use warnings;
use List::Util qw(sum0 first);
use Digest::MD5 qw(md5_hex);

open(my $file, '<', 'text.txt') or die "text.txt: $!";
my (%count, $bytes);
while (my $line = <$file>) {
  $bytes += length $line;
  $count{$_}++ for $line =~ /\b([a-z]+)\b/g;
}
close $file;
print "$bytes bytes, ", scalar(keys %count), " words\n";
my @common = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
print "$_ $count{$_}\n" for @common[0 .. 9];
print "sum ", sum0(values %count), " first ", first { length > 9 } sort keys %count;
print "\n", md5_hex(join ',', sort keys %count), "\n";
my @closures = map { my $n = $_; sub { $n * shift } } 1 .. 5;
print join(' ', map { $_->(7) } @closures), "\n";
print join(' ', unpack('N n C a3', pack('N n C a3', 0xdeadbeef, 65535, 7, 'xyz'))), "\n";
printf "%.10g %e %s %b %o\n", 1 / 3, 12345.678, 1e15 + 0.3, 10, 64;
(my $text = 'The quick brown fox') =~ s/(\w+)/\u\L$1/g;
print "$text ", scalar reverse('abc'), ' ', 'a' x 5, ' ', join('|', split /,\s*/, 'x, y,z'), "\n";
local $@;
eval { die { code => 42 } };
print "caught $@->{code}\n";
