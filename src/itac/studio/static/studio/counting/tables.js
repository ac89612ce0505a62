// Made by tools/counting_tables.py from the tables that the server counts with; a test compares. Runs of
// characters as gap and length in base 36. BLANK is white space to Python's strip and split, SPACE to regex.
export const WORD =
    "1c.9 8.p 5 2.p 1c b 5 6.m 2.u 2.cp 5.b f.4 8 2 i.38 2.1 3.3 2 7 2.2 2 2.j 2.2a 2.3u 2.4s 2.11 2.1 7.14 3.1 " +
    "5.18 2 2.1 2.1 2.2 7.q 5.3 u.a 6.21 5.2t 2.7 3.9 2.i 3 h.1m 3.2s f.1h 5 3 3.19 j.r 5.a 6.n 2.6 8.22 2.3k 3.9 " +
    "2.i 2.7 3.1 3.l 2.6 2 4.3 3.8 3.1 3.3 9 5.1 2.4 3.b b 2 3.2 2.5 5.1 3.l 2.6 2.1 2.1 2.1 3 2.4 5.1 3.2 4 8.3 " +
    "2 8.f c.2 2.8 2.2 2.l 2.6 2.1 2.4 3.9 2.2 2.2 3 g.3 3.9 a.6 2.2 2.7 3.1 3.l 2.6 2.1 2.4 3.8 3.1 3.2 6.4 5.1 " +
    "2.4 3.9 2 h.1 2.5 4.2 2.3 4.1 2 2.1 4.1 4.2 4.b 5.4 4.2 2.3 3 7 f.9 h.c 2.2 2.m 2.f 3.8 2.2 2.3 8.1 2.2 2.1 " +
    "3.3 3.9 h.3 2.7 2.2 2.m 2.9 2.4 3.8 2.2 2.3 8.1 6.2 2.3 3.9 2.2 d.c 2.2 2.1e 2.2 2.4 6.3 8.4 3.9 b.5 2.2 2.h " +
    "4.n 2.8 2 3.6 4 5.5 2 2.7 7.9 3.1 e.1l 6.e 2.9 14.1 2 2.4 2.n 2 2.m 3.4 2 2.6 2.9 3.3 x o.1 7.9 c 2 2 5.9 " +
    "2.z 5.j 2.h 2.z a 1m.21 7.25 3.11 2 6 3.16 2.98 2.3 3.6 2 2.3 3.14 2.3 3.w 2.3 3.6 2 2.3 3.e 2.1k 2.3 3.1u " +
    "3.2 x.f h.2d 3.5 4.h7 3.g 2.p 6.22 4.a 8.l a.l c.j d.c 2.2 2.1 d.2b 4 5.1 3.9 y.2 2.a 7.2g 8.16 6.1x b.u 2.b " +
    "5.b b.13 3.4 c.17 5.p 7.9 13.r 5.1q 2.s 3.a 7.9 e 9.1s g.24 4.9 i.8 d.37 d.1j 9.9 4.1c 3.a 6.16 3.2 h.2 2.12 " +
    "6.et 3.5 3.11 3.5 3.7 2 2 2 2.u 3.1g 2.6 2 4.2 2.6 4.3 3.5 5.c 6.2 2.6 g.1 1e.1 k t e g.g 1d.w i 5 3.9 2 4.4 " +
    "7 2 2 2.3 2.a 3.3 6.4 5 i.14 mm.1f 1ef.6c 7.8 d.11 2 6 3.1j 8 g.n a.6 2.6 2.6 2.6 2.6 2.6 2.6 2.6 2.v 1c " +
    "d2.2 q.e 2.4 3.4 5.2d 3.1 3.2 2.2h 2.3 6.16 2.2l i.v 1d.f e9.533 1t.h3g 1w.19 3.7g 4.r l.1e 2.9 2.36 12.8 " +
    "3.2u 3.2a 5 f.1i 5 k.1f d.1x b.9 7.n 4 2.1c 3.z d.s 4.1s f.a 7.u 2.1i a.d 3.9 7.m 4.20 p.2 3.f 3.4 b.5 3.5 " +
    "3.5 a.6 2.6 2.16 2.d 3.1 3.3e 2.1 3.9 7.8mb d.m 5.1c 6it.a5 3.2x 13.6 d.4 6.b 2.c 2.4 2 2.1 2.1 2.2z y.a2 " +
    "j.1r 3.1h 15.b 5.f h.f 4.1 p.2 x.4 2.3q k.9 8.p 5 2.p c.2g 4.5 3.5 3.5 3.2 10.b 2.p 2.i 2.1 2.e 3.d z.3e " +
    "1y.1g 3t 3n.s 4.1c g w.v e.t 6.16 6.t 3.z 5.7 2.4 17.4d 3.9 7.z 5.z 5.13 9.1f d.a 2.e 2.6 2.1 2.a 2.e 2.6 " +
    "2.1 4.1f d.8m a.l b.7 p.5 2.15 2.d 1t.5 3 2.17 2.1 4 3.m b.m a.u 1u.i 2.1 b.l b.p 7.p 13.1j 7.1 1t.3 2.1 6.7 " +
    "2.2 2.s 3.2 5 x.s 4.s 10.7 2.t q.1h b.l b.i e.h 33.20 1k.1e e.1e e.13 9.9 7.11 4.4 2.m 6z.15 2.1 4.1 h.5 4.4 " +
    "a.l 2.18 b 9.w w.l 17.k s.m a.1y w.f a.1n 8 e.o 8.9 7.1g 2.9 5.3 9.z 3 a.1w 5.3 2.c 2 10.h 2.10 7.3 1r.6 2 " +
    "2.3 2.e 2.9 8.1m 6.9 7.3 2.7 3.1 3.l 2.6 2.1 2.4 2.9 3.1 3.2 3 7 6.6 3.6 4.4 c.9 2 3 2.11 2.9 2 3 2.3 2.7 " +
    "e.1 u.22 6.9 5.3 v.1x 2 9.9 4n.1h 3.8 o.5 z.1s 4 c.9 13.1k 8.9 7.j t.q 3.e 5.9 7.6 56.1m 2u.21 m.7 3 3.7 2.1 " +
    "2.t 2.1 3.8 d.9 1z.7 3.19 3.7 2.1 s.1q 9 9.21 4 j.20 i 2e.7 2h.w g.9 7.8 2.18 2.8 g.9 p.t 3.l 2.d 22.6 2.1 " +
    "2.17 4 2.1 2.8 9.9 7.5 2.1 2.10 2.1 2.5 8.9 7.17 5.9 7.1 6n.m a.g 2.14 4.4 e.a 2e 28.pl 2v.33 6.5q d.8m " +
    "1sa.2o g.tr h.l b.32y 6.g6 5a2.1l 1c7.fs 8.u 2.9 7.26 2.9 7.t 3.4 c.1i a.3 d.9 a.k 6.i c1.18 4.9 5j.1r x.o " +
    "3.o 19.22 5.1k 8.g 1t.1 2.1 c.6 a.5p6 11.x 2o.36 e.pd f.1e 5y6.3 2.6 2.1 2.88 a u.2 3 f.4 8.az 1s5.2y 6.c " +
    "4.8 8.9 4.1 382.9 ef.19 3.m dd.1 1p.4 4.5 9.7 3.6 v.3 45.2 c.2 9.1 3 x.1 an.2c 2.1y 2.1 3 3.1 3.3 2.b 2 2.6 " +
    "2.1s 2.3 3.7 2.6 2.r 2.3 2.4 2 4.6 2.9g 2.o 2.o 2.u 2.o 2.u 2.o 2.u 2.o 2.u 2.o 2.7 3.1d e9.1i 5.1d 9 f n.4 " +
    "2.e up.3l f.6 1j.1l 2.g 3.6 2.1 2.4 6.1p y 35.18 4.d 3.9 5 8y.u i.1l d3.15 5z.16 5i.u 2.l 9.1 69.6 2.3 2.1 " +
    "2.e 2.5g c.6 16.23 5.9 x3.3 2.q 2.1 2 3 2.9 2.3 2 2 7 5 2 2 2.2 2.1 2 3 2 2 2 2 2.1 2 3.3 2.6 2.3 2.3 2 2.9 " +
    "2.g 6.2 2.4 2.g hh.p 7.p 7.p 21z.9 sn.wyn x.3dq 2.4gd 3.5rk g.h9 1wj.f1 15v.3t6 6.6jt upz.8qn e2m9.6n";
export const TAG =
    "1c.9 8.p 5 2.p 1c 8.1 2 2 2.1 2.2 2.m 2.u 2.cp 5.b f.4 8 2 i.38 2.1 3.3 2 7 2.2 2 2.j 2.2a 2.3u 2.4s 2.11 " +
    "2.1 7.14 3.1 5.18 2 2.1 2.1 2.2 7.q 5.3 u.a 6.21 5.2t 2.7 3.9 2.i 3 h.1m 3.2s f.1h 5 3 3.19 j.r 5.a 6.n 2.6 " +
    "8.22 2.3k 3.9 2.i 2.7 3.1 3.l 2.6 2 4.3 3.8 3.1 3.3 9 5.1 2.4 3.b 3.5 3 2 3.2 2.5 5.1 3.l 2.6 2.1 2.1 2.1 3 " +
    "2.4 5.1 3.2 4 8.3 2 8.f c.2 2.8 2.2 2.l 2.6 2.1 2.4 3.9 2.2 2.2 3 g.3 3.9 a.6 2.2 2.7 3.1 3.l 2.6 2.1 2.4 " +
    "3.8 3.1 3.2 6.4 5.1 2.4 3.9 2.6 b.1 2.5 4.2 2.3 4.1 2 2.1 4.1 4.2 4.b 5.4 4.2 2.3 3 7 f.c e.c 2.2 2.m 2.f " +
    "3.8 2.2 2.3 8.1 2.2 2.1 3.3 3.9 9.6 2.3 2.7 2.2 2.m 2.9 2.4 3.8 2.2 2.3 8.1 6.2 2.3 3.9 2.2 d.c 2.2 2.1e 2.2 " +
    "2.4 6.f 3.i 2.5 2.2 2.h 4.n 2.8 2 3.6 4 5.5 2 2.7 7.9 3.1 e.1l 6.e 2.9 14.1 2 2.4 2.n 2 2.m 3.4 2 2.6 2.9 " +
    "3.3 x o.1 7.j 2 2 2 5.9 2.z 5.j 2.h 2.z a 1m.21 7.25 3.11 2 6 3.16 2.98 2.3 3.6 2 2.3 3.14 2.3 3.w 2.3 3.6 2 " +
    "2.3 3.e 2.1k 2.3 3.1u 3.2 a.j 4.f h.2d 3.5 4.h7 3.g 2.p 6.22 4.a 8.l a.l c.j d.c 2.2 2.1 d.2b 4 5.1 3.9 7.9 " +
    "i.2 2.a 7.2g 8.16 6.1x b.u 2.b 5.b b.13 3.4 c.17 5.p 7.a 12.r 5.1q 2.s 3.a 7.9 e 9.1s g.24 4.9 i.8 d.37 d.1j " +
    "9.9 4.1c 3.a 6.16 3.2 h.2 2.12 6.et 3.5 3.11 3.5 3.7 2 2 2 2.u 3.1g 2.6 2 4.2 2.6 4.3 3.5 5.c 6.2 2.6 g.1 " +
    "2r.1 3.5 6.a 6.g 1d.w i 5 3.9 2 4.4 7 2 2 2.3 2.a 3.3 6.4 5 2.1l k7.1n 27.l hj.t vh.6c 7.8 a 3.11 2 6 3.1j 8 " +
    "g.n a.6 2.6 2.6 2.6 2.6 2.6 2.6 2.6 2.v 1c d2.2 q.e 2.4 3.4 5.2d 3.1 3.2 2.2h 2.3 6.16 2.2l 4.3 b.v 1d.f x.9 " +
    "v.7 2.e x.9 14.e 8x.533 1t.h3g 1w.19 3.7g 4.r l.1e 2.9 2.36 12.8 3.2u 3.2a 5 f.1i 5 4.5 b.1f d.1x b.9 7.n 4 " +
    "2.1c 3.z d.s 4.1s f.a 7.u 2.1i a.d 3.9 7.m 4.20 p.2 3.f 3.4 b.5 3.5 3.5 a.6 2.6 2.16 2.d 3.1 3.3e 2.1 3.9 " +
    "7.8mb d.m 5.1c 6it.a5 3.2x 13.6 d.4 6.b 2.c 2.4 2 2.1 2.1 2.2z y.a2 j.1r 3.1h 15.b 5.f h.f 1t.4 2.3q k.9 8.p " +
    "7.p c.2g 4.5 3.5 3.5 3.2 10.b 2.p 2.i 2.1 2.e 3.d z.3e d.18 d.1k i.1 36 3n.s 4.1c g.r 5.z a.t 6.16 6.t 3.z " +
    "5.7 2.4 17.4d 3.9 7.z 5.z 5.13 9.1f d.a 2.e 2.6 2.1 2.a 2.e 2.6 2.1 4.1f d.8m a.l b.7 p.5 2.15 2.d 1t.5 3 " +
    "2.17 2.1 4 3.m 3.u 3.11 9.8 1d.i 2.1 6.w 5.p 7.p 13.1j 5.j 3.1d 2.1 6.7 2.2 2.s 3.2 5.9 o.u 2.v x.7 2.t 5.4 " +
    "h.1h b.l 3.q 6.p o.6 29.20 1k.1e e.1e 8.19 9.9 7.11 4.4 2.m 63.u 2.15 2.1 4.1 h.5 4.4 a.l 2.1j 9.10 s.l 17.r " +
    "l.m a.1y c.z a.1n 8 e.o 8.9 7.1g 2.9 5.3 9.z 3 a.1w 5.3 2.c 2 5.j c.h 2.10 7.3 1r.6 2 2.3 2.e 2.9 8.1m 6.9 " +
    "7.3 2.7 3.1 3.l 2.6 2.1 2.4 2.9 3.1 3.2 3 7 6.6 3.6 4.4 c.9 2 3 2.11 2.9 2 3 2.3 2.7 e.1 u.22 6.9 5.3 v.1x 2 " +
    "9.9 4n.1h 3.8 o.5 z.1s 4 c.9 13.1k 8.9 7.j t.q 3.e 5.b 5.6 56.1m 2u.2a d.7 3 3.7 2.1 2.t 2.1 3.8 d.9 1z.7 " +
    "3.19 3.7 2.1 s.1q 9 9.21 4 j.20 i 2e.7 2h.w g.9 7.8 2.18 2.8 g.s 6.t 3.l 2.d 22.6 2.1 2.17 4 2.1 2.8 9.9 7.5 " +
    "2.1 2.10 2.1 2.5 8.9 7.17 5.9 7.1 6n.m a.g 2.14 4.4 e.a 2e g.k 18.pl 2v.33 6.5q d.8m 1sa.2o g.tr h.l b.32y " +
    "6.g6 5a2.1l 1c7.fs 8.u 2.9 7.26 2.9 7.t 3.4 c.1i a.3 d.9 2.6 2.k 6.i c1.18 4.9 5j.2e a.o 3.o 19.22 5.1k 8.g " +
    "1t.1 2.1 c.6 a.5p6 11.x 2o.36 e.pd f.1e 5y6.3 2.6 2.1 2.88 a u.2 3 f.4 8.az 1s5.2y 6.c 4.8 8.9 4.1 382.9 " +
    "ef.19 3.m dd.1 1p.4 4.5 9.7 3.6 v.3 45.2 c.2 9.1 3 x.1 1r.j d.j 31.o 3s.2c 2.1y 2.1 3 3.1 3.3 2.b 2 2.6 2.1s " +
    "2.3 3.7 2.6 2.r 2.3 2.4 2 4.6 2.9g 2.o 2.o 2.u 2.o 2.u 2.o 2.u 2.o 2.u 2.o 2.7 3.1d e9.1i 5.1d 9 f n.4 2.e " +
    "up.3l f.6 1j.1l 2.g 3.6 2.1 2.4 6.1p y 35.18 4.d 3.9 5 8y.u i.1l d3.15 5z.16 5i.u 2.l 9.1 69.6 2.3 2.1 2.e " +
    "2.5g 3.f 16.23 5.9 m0.1m 2.2 2.3 25.18 2.e 5f.3 2.q 2.1 2 3 2.9 2.3 2 2 7 5 2 2 2.2 2.1 2 3 2 2 2 2 2.1 2 " +
    "3.3 2.6 2.3 2.3 2 2.9 2.g 6.2 2.4 2.g g5.c 25g.9 sn.wyn x.3dq 2.4gd 3.5rk g.h9 1wj.f1 15v.3t6 6.6jt upz.8qn " +
    "e2m9.6n";
export const NUMBER =
    "1c.9 3d.1 6 3.2 142.9 3r.9 5j.9 bh.9 3b.9 5.5 31.9 3b.9 3b.9 3.5 33.c 38.9 9.6 2w.9 2x.6 8.i 32.9 2p.9 3b.9 " +
    "1z.j 7h.9 1z.9 k0.j oi.2 6o.9 7.9 n.9 8d.9 3l.a 4m.9 7.9 53.9 2f.9 3r.9 7.9 t3 4.5 7.9 5j.1e 3.4 k7.1n 27.l " +
    "hj.t 12i lm q.8 f.2 9k.3 3v.9 v.7 2.e x.9 14.e msh.9 59.9 8x.5 4b.9 13.9 5j.9 n.9 2f.9 bb.9 gev.9 dq.18 d.1k " +
    "i.1 9i.q 11.3 u 9 3r.4 5n.9 q7.7 q.6 14.8 24.4 n.5 4h.1 3.f 3.19 1t.8 1h.1 v.2 24.4 2x.7 p.7 16.6 97.5 1d.9 " +
    "7.9 7r.u 4f.9 17.3 35.6 3r.t 3l.9 1p.9 41.9 8.j 70.9 9j.9 3b.9 af.9 2v.9 7.j 25.b bp.i 2m.9 if.9 2f.s 6c.9 " +
    "1z.9 1j.9 9z.9 2v.k to.33 6.a 5t.8m bl6.9 1t3.9 2f.9 3r.9 2.6 en.9 7b.m 9q.2 id6.9 153.j d.j 31.o uu.1d " +
    "1tt.9 br.9 dz.9 6w.9 jx.8 3l.9 m0.1m 2.2 2.3 25.18 2.e qr.c 25g.9";
export const SPACE =
    "9.4 j 2t r 4bk 1vk.a u.1 6 1c 335";
export const LETTER_OR_DIGIT =
    "1c.9 8.p 7.p 52 27 697";
export const LETTER =
    "1t.p 7.p 52 27 697";
export const H =
    "20 w";
export const T =
    "2c w";
export const P =
    "28 w";
export const S =
    "2b w 7g";
export const PICTURE =
    "4p 5 68e d 61 n 2j.5 g.1 a8.1 d 4n q.a 5.2 5k 6g.1 b a 1n.3 2.4 a 3 3.1 3 5 3 2.1 3 4 4.1 9.2 6 2 6.b c.1 3 " +
    "2.1 2 j 3.1 j.5 2 2.1 4.1 6 3.1 5.1 c.1 6.1 3 6.1 2 2.1 l.1 6.5 2.3 3 5 3 3.5 2 3 2 2 7 4 7 b.1 g 3 5 2 5.2 " +
    "2 c.1 1d.2 a f f ad.1 cw.2 k.1 1g 5 yj d gq 2 2fzf 14.3 2t.b g.1 g f.1 12.9 35.1 d.1 f 3.9 l.1i s.e b l 3.8 " +
    "2.3 a.m 7.57 3.33 3.1 2.2 3.2a 3.2 2.3 6.71 2.1q c.5 2.n 8.1 3.7 d 3.3 3 5.1 e.1 3 9.1 a 6.2 d.2 9.2 3 2 5 7 " +
    "4 7.2d 1d.1x 6.7 3.g 4 2.5 3.c 65.k s.3 1l.7 b.5 15.7 v.1 d.3 3.d a.12 d.1a 2.9 2.54 2h.7 f.41 75.sd";
export const COLOURED =
    "6xm.1 5q.3 4 3 ei.1 m.1 1f.b 18 k e 9.1 i.1 6.1 9 6 m 8.1 2 5 3 8 5.1 t 10 2 5.2 2 1q.2 p f nw.1 1g 5 2hf3 " +
    "5n 5b 3.9 24.p 2 p l 3.4 2.2 m.1 4v.w d.8 2.1x 2.l d.16 5.4 d.g 4 4.1y 2 2.56 3.1q e.3 2.n j r.1 e 2f.2c " +
    "1d.1x 7 4.2 3.4 3.3 c.1 8.8 6c.b 5 7w.1a 2.9 2.54 35.c 4.1y 2 4.h 2.c 4.b";
export const TONED =
    "7j1 64 h.3 2iyg 1p.2 3 3.2 3a.1 3.a m.i 4 5.2 2.2 8 2 p 5m.1 5 m 5.1 4v.2 4.4 2c h.2 a c g0 3 9.7 7 a.9 3.2 " +
    "1l 1q.1 2.1 2 i.2 2.c 6e.2 17.a";
export const BLANK =
    "9.4 f.4 2t r 4bk 1vk.a u.1 6 1c 335";
export const ENDINGS =
    "aaa aarp abb abbott abbvie abc able abogado abudhabi ac academy accenture accountant accountants aco actor " +
    "ad ads adult ae aeg aero aetna af afl africa ag agakhan agency ai aig airbus airforce airtel akdn al alibaba " +
    "alipay allfinanz allstate ally alsace alstom am amazon americanexpress americanfamily amex amfam amica " +
    "amsterdam analytics android anquan anz ao aol apartments app apple aq aquarelle ar arab aramco archi army " +
    "arpa art arte as asda asia associates at athleta attorney au auction audi audible audio auspost author auto " +
    "autos aw aws ax axa az azure ba baby baidu banamex band bank bar barcelona barclaycard barclays barefoot " +
    "bargains baseball basketball bauhaus bayern bb bbc bbt bbva bcg bcn bd be beats beauty beer berlin best " +
    "bestbuy bet bf bg bh bharti bi bible bid bike bing bingo bio biz bj black blackfriday blockbuster blog " +
    "bloomberg blue bm bms bmw bn bnpparibas bo boats boehringer bofa bom bond boo book booking bosch bostik " +
    "boston bot boutique box br bradesco bridgestone broadway broker brother brussels bs bt build builders " +
    "business buy buzz bv bw by bz bzh ca cab cafe cal call calvinklein cam camera camp canon capetown capital " +
    "capitalone car caravan cards care career careers cars casa case cash casino cat catering catholic cba cbn " +
    "cbre cc cd center ceo cern cf cfa cfd cg ch chanel channel charity chase chat cheap chintai christmas chrome " +
    "church ci cipriani circle cisco citadel citi citic city ck cl claims cleaning click clinic clinique clothing " +
    "cloud club clubmed cm cn co coach codes coffee college cologne com commbank community company compare " +
    "computer comsec condos construction consulting contact contractors cooking cool coop corsica country coupon " +
    "coupons courses cpa cr credit creditcard creditunion cricket crown crs cruise cruises cu cuisinella cv cw cx " +
    "cy cymru cyou cz dad dance data date dating datsun day dclk dds de deal dealer deals degree delivery dell " +
    "deloitte delta democrat dental dentist desi design dev dhl diamonds diet digital direct directory discount " +
    "discover dish diy dj dk dm dnp do docs doctor dog domains dot download drive dtv dubai dupont durban dvag " +
    "dvr dz earth eat ec eco edeka edu education ee eg email emerck energy engineer engineering enterprises epson " +
    "equipment er ericsson erni es esq estate et eu eurovision eus events exchange expert exposed express " +
    "extraspace fage fail fairwinds faith family fan fans farm farmers fashion fast fedex feedback ferrari " +
    "ferrero fi fidelity fido film final finance financial fire firestone firmdale fish fishing fit fitness fj fk " +
    "flickr flights flir florist flowers fly fm fo foo food football ford forex forsale forum foundation fox fr " +
    "free fresenius frl frogans frontier ftr fujitsu fun fund furniture futbol fyi ga gal gallery gallo gallup " +
    "game games gap garden gay gb gbiz gd gdn ge gea gent genting george gf gg ggee gh gi gift gifts gives giving " +
    "gl glass gle global globo gm gmail gmbh gmo gmx gn godaddy gold goldpoint golf goodyear goog google gop got " +
    "gov gp gq gr grainger graphics gratis green gripe grocery group gs gt gu gucci guge guide guitars guru gw gy " +
    "hair hamburg hangout haus hbo hdfc hdfcbank health healthcare help here hermes hiphop hisamitsu hitachi hiv " +
    "hk hkt hm hn hockey holdings holiday homedepot homegoods homes homesense honda horse hospital host hosting " +
    "hot hotels hotmail house how hr hsbc ht hu hughes hyatt hyundai ibm icbc ice icu id ie ieee ifm ikano il im " +
    "imamat imdb immo immobilien in inc industries infiniti info ing ink institute insurance insure int " +
    "international intuit investments io ipiranga iq ir irish is ismaili ist istanbul it itau itv jaguar java jcb " +
    "je jeep jetzt jewelry jio jll jm jmp jnj jo jobs joburg jot joy jp jpmorgan jprs juegos kaufen kddi ke " +
    "kerryhotels kerryproperties kfh kg kh ki kia kids kim kindle kitchen kiwi km kn koeln komatsu kosher kp kpmg " +
    "kpn kr krd kred kuokgroup kw ky kyoto kz la lacaixa lamborghini lamer land landrover lanxess lasalle lat " +
    "latino latrobe law lawyer lb lc lds lease leclerc lefrak legal lego lexus lgbt li lidl life lifeinsurance " +
    "lifestyle lighting like lilly limited limo lincoln link live living lk llc llp loan loans locker locus lol " +
    "london lotte lotto love lpl lplfinancial lr ls lt ltd ltda lu lundbeck luxe luxury lv ly ma madrid maif " +
    "maison makeup man management mango map market marketing markets marriott marshalls mattel mba mc mckinsey md " +
    "me med media meet melbourne meme memorial men menu merck merckmsd mg mh miami microsoft mil mini mint mit " +
    "mitsubishi mk ml mlb mls mm mma mn mo mobi mobile moda moe moi mom monash money monster mormon mortgage " +
    "moscow moto motorcycles mov movie mp mq mr ms msd mt mtn mtr mu museum music mv mw mx my mz na nab nagoya " +
    "name navy nba nc ne nec net netbank netflix network neustar new news next nextdirect nexus nf nfl ng ngo nhk " +
    "ni nico nike nikon ninja nissan nissay nl no nokia norton now nowruz nowtv np nr nra nrw ntt nu nyc nz obi " +
    "observer office okinawa olayan olayangroup ollo om omega one ong onl online ooo open oracle orange org " +
    "organic origins osaka otsuka ott ovh pa page panasonic paris pars partners parts party pay pccw pe pet pf " +
    "pfizer pg ph pharmacy phd philips phone photo photography photos physio pics pictet pictures pid pin ping " +
    "pink pioneer pizza pk pl place play playstation plumbing plus pm pn pnc pohl poker politie porn post pr " +
    "praxi press prime pro prod productions prof progressive promo properties property protection pru prudential " +
    "ps pt pub pw pwc py qa qpon quebec quest racing radio re read realestate realtor realty recipes red " +
    "redumbrella rehab reise reisen reit reliance ren rent rentals repair report republican rest restaurant " +
    "review reviews rexroth rich richardli ricoh ril rio rip ro rocks rodeo rogers room rs rsvp ru rugby ruhr run " +
    "rw rwe ryukyu sa saarland safe safety sakura sale salon samsclub samsung sandvik sandvikcoromant sanofi sap " +
    "sarl sas save saxo sb sbi sbs sc scb schaeffler schmidt scholarships school schule schwarz science scot sd " +
    "se search seat secure security seek select sener services seven sew sex sexy sfr sg sh shangrila sharp shell " +
    "shia shiksha shoes shop shopping shouji show si silk sina singles site sj sk ski skin sky skype sl sling sm " +
    "smart smile sn sncf so soccer social softbank software sohu solar solutions song sony soy spa space sport " +
    "spot sr srl ss st stada staples star statebank statefarm stc stcgroup stockholm storage store stream studio " +
    "study style su sucks supplies supply support surf surgery suzuki sv swatch swiss sx sy sydney systems sz tab " +
    "taipei talk taobao target tatamotors tatar tattoo tax taxi tc tci td tdk team tech technology tel temasek " +
    "tennis teva tf tg th thd theater theatre tiaa tickets tienda tips tires tirol tj tjmaxx tjx tk tkmaxx tl tm " +
    "tmall tn to today tokyo tools top toray toshiba total tours town toyota toys tr trade trading training " +
    "travel travelers travelersinsurance trust trv tt tube tui tunes tushu tv tvs tw tz ua ubank ubs ug uk unicom " +
    "university uno uol ups us uy uz va vacations vana vanguard vc ve vegas ventures verisign vermögensberater " +
    "vermögensberatung versicherung vet vg vi viajes video vig viking villas vin vip virgin visa vision viva vivo " +
    "vlaanderen vn vodka volvo vote voting voto voyage vu wales walmart walter wang wanggou watch watches weather " +
    "weatherchannel web webcam weber website wed wedding weibo weir wf whoswho wien wiki williamhill win windows " +
    "wine winners wme woodside work works world wow ws wtc wtf xbox xerox xihuan xin xn--11b4c3d xn--1ck2e1b " +
    "xn--1qqw23a xn--2scrj9c xn--30rr7y xn--3bst00m xn--3ds443g xn--3e0b707e xn--3hcrj9c xn--3pxu8k xn--42c2d9a " +
    "xn--45br5cyl xn--45brj9c xn--45q11c xn--4dbrk0ce xn--4gbrim xn--54b7fta0cc xn--55qw42g xn--55qx5d " +
    "xn--5su34j936bgsg xn--5tzm5g xn--6frz82g xn--6qq986b3xl xn--80adxhks xn--80ao21a xn--80aqecdr1a xn--80asehdb " +
    "xn--80aswg xn--8y0a063a xn--90a3ac xn--90ae xn--90ais xn--9dbq2a xn--9et52u xn--9krt00a xn--b4w605ferd " +
    "xn--bck1b9a5dre4c xn--c1avg xn--c2br7g xn--cck2b3b xn--cckwcxetd xn--cg4bki xn--clchc0ea0b2g2a9gcd " +
    "xn--czr694b xn--czrs0t xn--czru2d xn--d1acj3b xn--d1alf xn--e1a4c xn--eckvdtc9d xn--efvy88h xn--fct429k " +
    "xn--fhbei xn--fiq228c5hs xn--fiq64b xn--fiqs8s xn--fiqz9s xn--fjq720a xn--flw351e xn--fpcrj9c3d " +
    "xn--fzc2c9e2c xn--fzys8d69uvgm xn--g2xx48c xn--gckr3f0f xn--gecrj9c xn--gk3at1e xn--h2breg3eve xn--h2brj9c " +
    "xn--h2brj9c8c xn--hxt814e xn--i1b6b1a6a2e xn--imr513n xn--io0a7i xn--j1aef xn--j1amh xn--j6w193g " +
    "xn--jlq480n2rg xn--jvr189m xn--kcrx77d1x4a xn--kprw13d xn--kpry57d xn--kput3i xn--l1acc xn--lgbbat1ad8j " +
    "xn--mgb9awbf xn--mgba3a3ejt xn--mgba3a4f16a xn--mgba7c0bbn0a xn--mgbaam7a8h xn--mgbab2bd xn--mgbah1a3hjkrd " +
    "xn--mgbai9azgqp6j xn--mgbayh7gpa xn--mgbbh1a xn--mgbbh1a71e xn--mgbc0a9azcg xn--mgbca7dzdo xn--mgbcpq6gpa1a " +
    "xn--mgberp4a5d4ar xn--mgbgu82a xn--mgbi4ecexp xn--mgbpl2fh xn--mgbt3dhd xn--mgbtx2b xn--mgbx4cd0ab " +
    "xn--mix891f xn--mk1bu44c xn--mxtq1m xn--ngbc5azd xn--ngbe9e0a xn--ngbrx xn--node xn--nqv7f xn--nqv7fs00ema " +
    "xn--nyqy26a xn--o3cw4h xn--ogbpf8fl xn--otu796d xn--p1acf xn--p1ai xn--pgbs0dh xn--pssy2u xn--q7ce6a " +
    "xn--q9jyb4c xn--qcka1pmc xn--qxa6a xn--qxam xn--rhqv96g xn--rovu88b xn--rvc1e0am3e xn--s9brj9c xn--ses554g " +
    "xn--t60b56a xn--tckwe xn--tiq49xqyj xn--unup4y xn--vermgensberater-ctb xn--vermgensberatung-pwb xn--vhquv " +
    "xn--vuq861b xn--w4r85el8fhu5dnra xn--w4rs40l xn--wgbh1c xn--wgbl6a xn--xhq521b xn--xkc2al3hye2a " +
    "xn--xkc2dl3a5ee0h xn--y9a3aq xn--yfro4i67o xn--ygbi2ammx xn--zfr164b xxx xyz yachts yahoo yamaxun yandex ye " +
    "yodobashi yoga yokohama you youtube yt yun za zappos zara zero zip zm zone zuerich zw ελ ευ бг бел дети ею " +
    "католик ком мкд мон москва онлайн орг рус рф сайт срб укр қаз հայ ישראל קום ابوظبي ارامكو الاردن البحرين " +
    "الجزائر السعودية العليان المغرب امارات ایران بارت بازار بيتك بھارت تونس سودان سورية شبكة عراق عرب عمان " +
    "فلسطين قطر كاثوليك كوم مصر مليسيا موريتانيا موقع همراه پاکستان ڀارت कॉम नेट भारत भारतम् भारोत संगठन বাংলা " +
    "ভারত ভাৰত ਭਾਰਤ ભારત ଭାରତ இந்தியா இலங்கை சிங்கப்பூர் భారత్ ಭಾರತ ഭാരതം ලංකා คอม ไทย ລາວ გე みんな アマゾン クラウド グーグル " +
    "コム ストア セール ファッション ポイント 世界 中信 中国 中國 中文网 亚马逊 企业 佛山 信息 健康 八卦 公司 公益 台湾 台灣 商城 商店 商标 嘉里 嘉里大酒店 在线 大拿 天主教 娱乐 家電 广东 " +
    "微博 慈善 我爱你 手机 招聘 政务 政府 新加坡 新闻 时尚 書籍 机构 淡马锡 游戏 澳門 点看 移动 组织机构 网址 网店 网站 网络 联通 谷歌 购物 通販 集团 電訊盈科 飞利浦 食品 餐厅 香格里拉 香港 " +
    "닷넷 닷컴 삼성 한국";
export const CLASSES = {
  1:
    "d",
  2:
    "a",
  3:
    "0.9 2.1 2.h 2o.w e 12n 3jm 1kt 3.1 p.6 1e.f 17yo 6p.b ab9.f qxt.3 440.7 h406.v 2p.3j 6p.2rz",
  4:
    "6bw",
  6:
    "2qcm.p",
  7:
    "16o.5 60 1e ap.1 29 vg 1f8v g 6t.1 em 12m 2 8z.5 jh cc",
  8:
    "1s3 1k 3.2 9.3 2.1 1f.1 1o.1 7.1 3.1 1j 1n.2 1v 1n.2 9 2.1 1i.1 1p 7.1 3.1 37 2.1 4.2 2.2 1h.2 1q.3 1q.1 1n " +
    "3 2.1 1b f.1 1o.1 6.2 2.2 1i.1 25.1 7.6 k.1 1s 3k 3v.1 1s 4y a.1 q.1 19 1f6 8.7 2.1 9n.3 3.2 5.1 2.5 69.1 1n " +
    "2 m.5 42 1m.3 1t v 5.1 1s 3.2 2 1i.7 9.1 4s m rho.1 3 2h.1 1f.f 3z 1d 1d.1 5.1 3.1 34.1 3.1 p 4e 3.1 6 6m.1 " +
    "2.1 2.1 2 jro 2 3k 1a.2 5.1 38 p.1 1o 1d.2 a f 2m.2 4.1 4t.2 w.1 1o 2.3 3.1 3.1 m.1 2e.1 g 2.1 2w.2 9.1 4 " +
    "30.1 7 2.1 2 3 6n.1 7.3 3 36.2 9.1 2 32 2.1 33 8 7a.2 a 6x.4 2.1 8 2 3z.2 9.3 5 2d u.1 1r 5m 4 2 5k f 2z 8 3 " +
    "5y.4 5.1 2 9r.1 d 1d.1 9.1 d0r.2 2sl.1i",
  9:
    "3cw.2n u0x.s",
  10:
    "3fk.1z 1349.m tjx 4.3",
  11:
    "3hk.2f 132k.1c",
  16:
    "4p 5 68e d 61 n 2j.5 g.1 a8.1 d 4n q.a 5.2 5k 6g.1 b a 1n.3 2.4 a 3 3.1 3 5 3 2.1 3 4 4.1 9.2 6 2 6.b c.1 3 " +
    "2.1 2 j 3.1 j.5 2 2.1 4.1 6 3.1 5.1 c.1 6.1 3 6.1 2 2.1 l.1 6.5 2.3 3 5 3 3.5 2 3 2 2 7 4 7 b.1 g 3 5 2 5.2 " +
    "2 c.1 1d.2 a f f ad.1 cw.2 k.1 1g 5 yj d gq 2 2fzf 14.3 2t.b g.1 g f.1 12.9 35.1 d.1 f 3.9 l.1i s.e b l 3.8 " +
    "2.3 a.m 7.57 3.33 3.1 2.2 3.2a 3.2 2.3 6.71 2.1q c.5 2.n 8.1 3.7 d 3.3 3 5.1 e.1 3 9.1 a 6.2 d.2 9.2 3 2 5 7 " +
    "4 7.2d 1d.1x 6.7 3.g 4 2.5 3.c 65.k s.3 1l.7 b.5 15.7 v.1 d.3 3.d a.12 d.1a 2.9 2.54 2h.7 f.41 75.sd",
  32:
    "1sl.10 v.7 p.7 m.j 2.6 2 4.3 z.1 2 h.1 4k.j 2.6 2.1 2.4 1s s.j 2.6 2.1 2.4 z.1 2 i 4k.j 2.f v.2 57.11 jq.16 " +
    "l h.5 5.3 4 4.1 8.2 5.c d 1de.1f h9.1g 53.1 7.w i.7 1j.t e.1 c.2 s0c.2 4.z 1a.4 3.8 b.4 2q.f 2.2 7 4.1 2p.a " +
    "5y.q ili g.3 2.2 2.s 1ce.z u 3 ft.9 2 3 2.11 11n.6 3 3.7 2.1 2.n 5t b.13 u c.13 3r kn 7n.c 2.x",
  64:
    "5px.1 1e10",
  68:
    "1u5 3k 74 3k 74 74 ks 1i1 i6 6c 2v s2d 8m itl 1dg il 12m 7d 2a x5",
  100:
    "lc.33 7o.6 7c.18 2 2.1 2.1 2.2 1z.a 1d.k h 2u.6 3.5 3.1 2.3 10 v.q 2k.a 1n.8 a p.3 2.8 2.2 2.4 18.2 1o.8 " +
    "17.n 2.v 1k 2 5.7 9.6 b.1 u 1n 2 3.3 j b.1 r 3.1 1m 5.1 5.1 3.2 4 v.1 4 c.1 1m 5.4 2.1 q.1 n.5 2 1n 2.1 2.3 " +
    "f.4 b.1 v 1o 2 d a 15 4 1k 2.2 6.2 2.2 9.1 c.1 u 1n 3.1 2 4.2 2.3 8.1 c.1 t.1 1m.1 2 3.3 j b.1 u 21 5 3.2 2 " +
    "9 2a 3.6 d.7 2r 3.8 c.6 22.1 s 2 2 1k.d 2.4 2.1 6.a 2.z a 2v.3 2.5 3 3.1 q.1 5.2 h.3 e 3.1 7 g jk.2 qb.3 t.2 " +
    "u.1 v.1 1t.1 2.6 9 3.8 2 a 1a.2 2 3a.1 z 3b.2 5.1 a 7.2 64.1 3 1n 2.6 4 3.7 7.9 3 1d.1s g.3 1d.9 5.1 14.8 " +
    "d.1 x.3 3.2 2.1 1l 2.1 4 2.4 1l.7 3.1 49.2 2.c 2.6 5 7 4.1 5j.1r k1.w 2db.2 3y 2p.v ff.5 2y.1 n9x.3 2.9 x.1 " +
    "29.1 7l 4 5 q.1 6 48.1 r.h e 13.7 q.a 2 19.2 1d 3.3 3.1 14 1w.5 3.1 3.1 d 9 1c 1g 2.2 3.1 6.1 2 17.1 6w 3 5 " +
    "fn5 ki.f h.f a7.1 gu 6b 46.4 1af.2 2.1 6.3 15.2 4r.1 fy.3 1u.4 8u.1 v.4 x.f 1z.a 1e.3 3g 1j.e 16 3.1 b.2 " +
    "1e.3 3.1 8 1q.2 11.4 2.5 2 1r d.1 1h.8 2 9.3 3 2o.2 3.3 7 3 4e 4.7 m.1 1m.1 2 2 d a f.6 4.4 1w 3.5 2 3 2.2 " +
    "5.1 3 f.1 2e.7 3.2 2 o 2a 3.5 2 3 2.1 2.1 6k 3.3 7.1 2.1 s.1 2e.7 3 2.1 2z 2 3.7 2u 2 3.3 2.4 78.8 2.1 6u " +
    "b.2 6 41.3 3.1 5 x.9 15.5 3.3 j.5 3.2 1b.c 2 5k 2.2 2 5m.6 2.5 2 2b.l 3.6 2.1 2.1 3f.5 4 2.1 2.6 2 21.1 4 2 " +
    "2h 77.1 c.1 1h.4 6.1 p 44m 7.e 8uh.b 4.2 1xd.4 1o.6 t5 1s.3 2a c.1 f58.1 3mq.19 3.m dd.1 1p.4 4.5 9.7 3.6 " +
    "v.3 45.2 c.2 9.1 3 x.1 1hb.1i 5.1d 9 f n.4 2.e 11t.6 2.g 3.6 2.1 2.4 2t 4h.6 ag 1q.3 e5.3 73.1 6s 3 8.1 6 " +
    "d7.6 32.6 241.4 gx7l.2n 3l.6n",
  101:
    "6bx",
};
